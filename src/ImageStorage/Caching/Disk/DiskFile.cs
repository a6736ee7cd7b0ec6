using ImageStorage.Caching.Entries;
using ImageStorage.Caching.Memory;

namespace ImageStorage.Caching.Disk;

/// <summary>
/// One version of an image on disk, open. Counted like an image in memory: each reader holds it, and the file is closed when the last one lets go. It stays readable when it is
/// dropped meanwhile.
/// </summary>
/// <param name="tier">The tier.</param>
/// <param name="entry">The entry, which counts this as a reader.</param>
/// <param name="opened">The file; owned from now on.</param>
internal sealed class DiskFile(DiskTier tier, DiskEntry entry, OpenedEntry opened)
{
    private int _holders = 1;

    public ImageInfo Info => opened.Front.Info;

    /// <summary>The number of bytes: those that a read of the provider gives.</summary>
    public long Length => opened.Front.PayloadLength;

    public DateTimeOffset StoredAt => opened.Front.StoredAt;

    public DiskEntry Entry => entry;

    /// <summary>Holds the file, unless everybody has let go of it.</summary>
    public bool TryHold()
    {
        for (var holders = Volatile.Read(ref _holders); holders > 0;)
        {
            var seen = Interlocked.CompareExchange(ref _holders, holders + 1, holders);
            if (seen == holders)
            {
                return true;
            }

            holders = seen;
        }

        return false;
    }

    public void Release()
    {
        if (Interlocked.Decrement(ref _holders) == 0)
        {
            opened.Handle.Dispose();
            tier.Closed(entry);
        }
    }

    /// <summary>Reads a block, and checks it; answers false, and has the entry dropped, when its bytes are not those that were written.</summary>
    /// <param name="index">Which block.</param>
    /// <param name="block">Room for exactly that block.</param>
    public bool TryReadBlock(int index, Span<byte> block)
    {
        try
        {
            if (EntryReader.Read(opened.Handle, block, opened.PayloadOffset + ((long)index << EntryFormat.BlockShift)) == block.Length
                && EntryFormat.IsSound(block, opened.Front.HashOf(index)))
            {
                return true;
            }
        }
        catch (Exception exception) when (FileFaults.IsExpected(exception))
        {
            tier.Failed(exception);
        }

        tier.DropDamaged(entry);
        return false;
    }

    /// <summary>Reads the whole of it into memory, and checks it; otherwise as <see cref="TryReadBlock"/>.</summary>
    public bool TryReadInto(CachedImage image)
    {
        try
        {
            var table = new byte[opened.Front.Table.Length];
            var hasher = new BlockHasher();
            var offset = opened.PayloadOffset;
            foreach (var segment in image.Segments)
            {
                if (EntryReader.Read(opened.Handle, segment.Span, offset) < segment.Length)
                {
                    break;
                }

                hasher.Append(segment.Span, table);
                offset += segment.Length;
            }

            hasher.Complete(table);
            if (table.AsSpan().SequenceEqual(opened.Front.Table))
            {
                return true;
            }
        }
        catch (Exception exception) when (FileFaults.IsExpected(exception))
        {
            tier.Failed(exception);
        }

        tier.DropDamaged(entry);
        return false;
    }
}
