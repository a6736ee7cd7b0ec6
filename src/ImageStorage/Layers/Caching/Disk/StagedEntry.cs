using System.Buffers;
using ImageStorage.Caching.Entries;
using Microsoft.Win32.SafeHandles;

namespace ImageStorage.Caching.Disk;

/// <summary>An entry that is being written, and that nobody sees. Disposed without having been published it is gone.</summary>
/// <param name="tier">The tier.</param>
/// <param name="path">The staged file, whose length, and so its room in the budget, is reserved.</param>
/// <param name="handle">The same, open; owned from now on.</param>
/// <param name="front">Its front, but for the hashes.</param>
/// <param name="content">What its front says, but for the hashes.</param>
internal sealed class StagedEntry(DiskTier tier, string path, SafeFileHandle handle, byte[] front, EntryFront content) : IDisposable
{
    // Up to so many bytes are written with one call: the page cache then has them in larger pieces, and gives them back faster.
    private const int WholeLength = 2 * EntryFormat.BlockLength;

    private readonly BlockHasher _hasher = new();
    private byte[]? _whole = content.PayloadLength <= WholeLength ? ArrayPool<byte>.Shared.Rent(front.Length + (int)content.PayloadLength) : null;
    private SafeFileHandle? _handle = handle;
    private long _written;

    public string Path { get; } = path;

    public ImageInfo Info => content.Info;

    public DateTimeOffset StoredAt => content.StoredAt;

    public long PayloadLength => content.PayloadLength;

    public long FileLength => front.Length + content.PayloadLength;

    /// <summary>Has a write failed? Nothing comes of it then.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Adds bytes; answers false when that fails, now or before.</summary>
    public bool TryAppend(ReadOnlySpan<byte> piece)
    {
        if (IsBroken)
        {
            return false;
        }

        try
        {
            if (_whole is null)
            {
                RandomAccess.Write(_handle!, piece, front.Length + _written);
            }
            else
            {
                piece.CopyTo(_whole.AsSpan(front.Length + (int)_written));
            }

            _hasher.Append(piece, EntryFormat.TableOf(front, content.PayloadLength));
            _written += piece.Length;
        }
        catch (Exception exception) when (FileFaults.IsExpected(exception))
        {
            tier.Failed(exception);
            IsBroken = true;
        }

        return !IsBroken;
    }

    /// <summary>Writes the front, when all bytes are there. The file is whole then, for whoever opens it by its name.</summary>
    public OpenedEntry Complete()
    {
        _hasher.Complete(EntryFormat.TableOf(front, content.PayloadLength));
        EntryFormat.Seal(front);
        if (_whole is null)
        {
            RandomAccess.Write(_handle!, front, 0);
        }
        else
        {
            front.CopyTo(_whole, 0);
            RandomAccess.Write(_handle!, _whole.AsSpan(0, (int)FileLength), 0);
        }

        // So that a count need not open the files to know their age.
        File.SetLastWriteTimeUtc(_handle!, content.StoredAt.UtcDateTime);
        return new OpenedEntry(_handle!, content with { Table = EntryFormat.TableOf(front, content.PayloadLength).ToArray() }, front.Length, FileLength);
    }

    /// <summary>Lets go of the file, which has got its name.</summary>
    public void Release() => _handle = null;

    public void Dispose()
    {
        if (_whole is { } whole)
        {
            _whole = null;
            ArrayPool<byte>.Shared.Return(whole);
        }

        if (_handle is { } left)
        {
            _handle = null;
            left.Dispose();
            tier.Discard(Path);
        }
    }
}
