using ImageStorage.Caching.Memory;
using ImageStorage.Providers;

namespace ImageStorage.Caching.Disk;

/// <summary>
/// One open version of an image on disk. Each reader holds the file, and the last release closes it. The file stays
/// readable if it is dropped in the meantime.
/// </summary>
/// <param name="tier">The tier.</param>
/// <param name="entry">The entry, which counts this object as a reader.</param>
/// <param name="opened">The open file, owned by this object.</param>
internal sealed class DiskFile(DiskTier tier, DiskEntry entry, OpenedEntry opened)
{
    private int _holders = 1;
    private int _isDamaged;

    public ImageInfo Info => opened.Header.Info;

    /// <summary>Gets the number of bytes that a read of the provider returns.</summary>
    public long Length => opened.Header.PayloadLength;

    public DateTimeOffset StoredAt => opened.Header.StoredAt;

    public DiskEntry Entry => entry;

    /// <summary>Holds the file, unless it was released by all holders.</summary>
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
            tier.OnReaderClosed(entry);
        }
    }

    /// <summary>
    /// Reads and checks a block. Returns <see langword="false"/> and drops the entry if the block cannot be read or is
    /// damaged.
    /// </summary>
    /// <param name="start">The position of the block in the payload.</param>
    /// <param name="block">The buffer, exactly as long as the block.</param>
    public bool TryReadBlock(long start, Span<byte> block)
    {
        if (TryRead(block, start) && BlockHashTable.IsSound(opened.Header.Table, start, block))
        {
            return true;
        }

        return ReportDamage();
    }

    /// <summary>Reads and checks all bytes with one call; otherwise like <see cref="TryReadBlock"/>.</summary>
    public bool TryReadAll(Span<byte> payload)
    {
        var isSound = TryRead(payload, 0);
        for (var start = 0; isSound && start < payload.Length; start += BlockHashTable.BlockLength)
        {
            isSound = BlockHashTable.IsSound(opened.Header.Table, start, payload[start..Math.Min(payload.Length, start + BlockHashTable.BlockLength)]);
        }

        return isSound || ReportDamage();
    }

    /// <summary>
    /// Reads and checks all bytes into the memory of an image; otherwise like <see cref="TryReadBlock"/>.
    /// </summary>
    public bool TryReadInto(CachedImage image)
    {
        using var hashes = new BlockHashTable();
        var offset = 0L;
        foreach (var segment in image.Segments)
        {
            if (!TryRead(segment.Span, offset))
            {
                break;
            }

            hashes.Append(segment.Span);
            offset += segment.Length;
        }

        if (hashes.Complete().SequenceEqual(opened.Header.Table))
        {
            return true;
        }

        return ReportDamage();
    }

    // Reported once per file, by the first reader that finds the damage.
    private bool ReportDamage()
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
            tier.RecordFailure(exception);
            return false;
        }
    }
}
