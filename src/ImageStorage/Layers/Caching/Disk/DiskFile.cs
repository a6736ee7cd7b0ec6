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
    private int _isDamaged;

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
        if (TryRead(block, (long)index << EntryFormat.BlockShift) && EntryFormat.IsSound(block, opened.Front.HashOf(index)))
        {
            return true;
        }

        return Damaged();
    }

    /// <summary>Reads all bytes with one call, and checks them; otherwise as <see cref="TryReadBlock"/>.</summary>
    public bool TryReadWhole(Span<byte> payload)
    {
        var isSound = TryRead(payload, 0);
        for (var index = 0; isSound && (long)index << EntryFormat.BlockShift < payload.Length; index++)
        {
            var block = payload[(index << EntryFormat.BlockShift)..];
            isSound = EntryFormat.IsSound(block[..Math.Min(block.Length, EntryFormat.BlockLength)], opened.Front.HashOf(index));
        }

        return isSound || Damaged();
    }

    /// <summary>Reads the whole of it into memory, and checks it; otherwise as <see cref="TryReadBlock"/>.</summary>
    public bool TryReadInto(CachedImage image)
    {
        var table = new byte[opened.Front.Table.Length];
        var hasher = new BlockHasher();
        var offset = 0L;
        foreach (var segment in image.Segments)
        {
            if (!TryRead(segment.Span, offset))
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

        return Damaged();
    }

    // Told once, whoever finds it.
    private bool Damaged()
    {
        if (Interlocked.Exchange(ref _isDamaged, 1) == 0)
        {
            tier.DropDamaged(entry);
        }

        return false;
    }

    private bool TryRead(Span<byte> bytes, long offset)
    {
        try
        {
            return EntryReader.Read(opened.Handle, bytes, opened.PayloadOffset + offset) == bytes.Length;
        }
        catch (Exception exception) when (FileFaults.IsExpected(exception))
        {
            tier.Failed(exception);
            return false;
        }
    }
}
