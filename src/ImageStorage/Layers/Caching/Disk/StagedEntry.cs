using System.Buffers;
using ImageStorage.Caching.Entries;
using ImageStorage.Providers;
using Microsoft.Win32.SafeHandles;

namespace ImageStorage.Caching.Disk;

/// <summary>
/// An entry that is being written and is not visible yet. Disposing an unpublished entry deletes the staged file.
/// </summary>
/// <param name="tier">The tier.</param>
/// <param name="path">The staged file, with its final length and charge.</param>
/// <param name="handle">The open file, owned by this object.</param>
/// <param name="header">The bytes of the header, without the hashes.</param>
/// <param name="content">The fields of the header, without the hashes.</param>
internal sealed class StagedEntry(DiskTier tier, string path, SafeFileHandle handle, byte[] header, EntryHeader content) : IDisposable
{
    // Up to this length an entry is written with one call: the page cache then holds larger pieces, which are read
    // faster.
    private const int SingleWriteLength = 2 * BlockHashTable.BlockLength;

    private readonly BlockHashTable _hashes = new();
    private byte[]? _buffer = content.PayloadLength <= SingleWriteLength ? ArrayPool<byte>.Shared.Rent(header.Length + (int)content.PayloadLength) : null;
    private SafeFileHandle? _handle = handle;
    private long _written;

    public string Path { get; } = path;

    public ImageInfo Info => content.Info;

    public DateTimeOffset StoredAt => content.StoredAt;

    public long PayloadLength => content.PayloadLength;

    public long FileLength => header.Length + content.PayloadLength;

    /// <summary>Gets a value that indicates whether a write has failed. A broken entry cannot be published.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Appends bytes. Returns <see langword="false"/> if this or an earlier write failed.</summary>
    public bool TryAppend(ReadOnlySpan<byte> piece)
    {
        if (IsBroken)
        {
            return false;
        }

        try
        {
            if (_buffer is null)
            {
                RandomAccess.Write(_handle!, piece, header.Length + _written);
            }
            else
            {
                piece.CopyTo(_buffer.AsSpan(header.Length + (int)_written));
            }

            _hashes.Append(piece);
            _written += piece.Length;
        }
        catch (Exception exception) when (FileFaults.IsExpected(exception))
        {
            tier.RecordFailure(exception);
            IsBroken = true;
        }

        return !IsBroken;
    }

    /// <summary>
    /// Writes the header after the last byte of the payload. The file is then complete and can be renamed.
    /// </summary>
    public OpenedEntry Complete()
    {
        var table = _hashes.Complete();
        table.CopyTo(EntryFormat.TableOf(header, content.PayloadLength));
        EntryFormat.Seal(header);
        if (_buffer is null)
        {
            RandomAccess.Write(_handle!, header, 0);
        }
        else
        {
            header.CopyTo(_buffer, 0);
            RandomAccess.Write(_handle!, _buffer.AsSpan(0, (int)FileLength), 0);
        }

        // A count reads the age of an entry from here, without opening the file.
        File.SetLastWriteTimeUtc(_handle!, content.StoredAt.UtcDateTime);
        return new OpenedEntry(_handle!, content with { Table = table.ToArray() }, header.Length, FileLength);
    }

    /// <summary>Releases the ownership of the file after its rename.</summary>
    public void Release() => _handle = null;

    public void Dispose()
    {
        _hashes.Dispose();
        if (_buffer is { } buffer)
        {
            _buffer = null;
            ArrayPool<byte>.Shared.Return(buffer);
        }

        if (_handle is { } left)
        {
            _handle = null;
            left.Dispose();
            tier.Discard(Path);
        }
    }
}
