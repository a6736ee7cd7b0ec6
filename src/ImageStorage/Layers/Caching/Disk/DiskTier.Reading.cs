using ImageStorage.Caching.Entries;

namespace ImageStorage.Caching.Disk;

internal sealed partial class DiskTier
{
    /// <summary>Returns the name of an image in the tier. Computes a hash, so call it once per read.</summary>
    public EntryName NameOf(ImageKey key) => EntryName.Of(_identity.Id, key);

    /// <summary>
    /// Opens an image, held for the caller, and counts a hit or a miss. Returns null if the image is missing, expired
    /// or damaged.
    /// </summary>
    public DiskFile? TryOpen(EntryName name, ImageKey key)
    {
        var file = Find(name, key);
        lock (_gate)
        {
            if (file is null)
            {
                _counters.Misses++;
                _policy.Miss(HashOf(name));
            }
            else
            {
                _counters.Hits++;
                file.Entry.Accesses++;
                if (file.Entry.Owner is not null)
                {
                    _policy.Touch(file.Entry);
                }
            }
        }

        return file;
    }

    /// <summary>
    /// Returns when this process last confirmed the cached version of an image with more than
    /// <paramref name="moreThan"/> bytes. Returns null if there is no such image, or no confirmation.
    /// </summary>
    public long? ConfirmedAt(EntryName name, long moreThan)
    {
        lock (_gate)
        {
            return _entries.GetValueOrDefault(name) is { } entry && entry.Length > moreThan ? entry.ConfirmedAt : null;
        }
    }

    /// <summary>Opens an image like <see cref="TryOpen"/>, without counting.</summary>
    public DiskFile? Peek(EntryName name, ImageKey key) => Find(name, key);

    /// <summary>
    /// Returns what the tier has of an image, and when this process last confirmed the version; null if the image is
    /// missing, expired, damaged or about to be dropped. Changes nothing, also for a file that this process does not know.
    /// </summary>
    public (CacheTierEntry Entry, long? ConfirmedAt)? Inspect(EntryName name, ImageKey key)
    {
        if (Open() is not { } components)
        {
            return null;
        }

        OpenedEntry? opened;
        try
        {
            if (!EntryReader.TryOpen(Path.Join(components.Folder.Entries, name.ToString()), name.Store, key, out opened) || opened is null)
            {
                return null;
            }
        }
        catch (Exception exception) when (FileFaults.IsExpected(exception))
        {
            RecordFailure(exception);
            return null;
        }

        opened.Handle.Dispose();
        var (info, age) = (opened.Header.Info, _clock.GetUtcNow() - opened.Header.StoredAt);
        lock (_gate)
        {
            var known = _entries.GetValueOrDefault(name);
            return age >= _expiration || age < -ClockTolerance || known is { IsDropPending: true } or { IsBeingDropped: true }
                ? null
                : (new CacheTierEntry { Tier = CacheTier.Disk, ETag = info.ETag, Bytes = ChargeOf(opened.FileLength), Age = age, Accesses = known?.Accesses ?? 0, IsFresh = false },
                    known?.ETag == info.ETag ? known.ConfirmedAt : null);
        }
    }

    private DiskFile? Find(EntryName name, ImageKey key)
    {
        if (Open() is not { } components)
        {
            return null;
        }

        DiskEntry? before;
        lock (_gate)
        {
            before = _entries.GetValueOrDefault(name);
            if (before is { IsBeingDropped: true })
            {
                return null;
            }
        }

        OpenedEntry? opened;
        try
        {
            if (!EntryReader.TryOpen(Path.Join(components.Folder.Entries, name.ToString()), name.Store, key, out opened))
            {
                Forget(before);
                return null;
            }
        }
        catch (Exception exception) when (FileFaults.IsExpected(exception))
        {
            RecordFailure(exception);
            return null;
        }

        return opened is null ? DropUnreadable(name) : Attach(name, before, opened);
    }

    /// <summary>Adds a reader of an opened file to the index.</summary>
    private DiskFile? Attach(EntryName name, DiskEntry? before, OpenedEntry opened)
    {
        var (header, charge) = (opened.Header, ChargeOf(opened.FileLength));
        var now = _clock.GetUtcNow();
        lock (_gate)
        {
            var entry = _entries.GetValueOrDefault(name);
            if (entry is { IsBeingDropped: true } || (entry is null && before is not null))
            {
                // The file was dropped after the open. The drop saw no reader, so this file must not get one.
                opened.Handle.Dispose();
                return null;
            }

            if (entry is null || entry.Size != charge || entry.StoredAt != header.StoredAt)
            {
                // Published by another process.
                entry = ReplaceLocked(new DiskEntry(name, HashOf(name), charge, header.StoredAt));
            }

            if (entry.ETag != header.Info.ETag)
            {
                (entry.ETag, entry.Length, entry.ConfirmedAt) = (header.Info.ETag, header.PayloadLength, null);
            }

            if (now - header.StoredAt >= _expiration || header.StoredAt - now > ClockTolerance)
            {
                opened.Handle.Dispose();
                _counters.Expirations++;
                QueueDropLocked(entry);
                return null;
            }

            entry.Readers++;
            return new DiskFile(this, entry, opened);
        }
    }

    private DiskFile? DropUnreadable(EntryName name)
    {
        CountDamage();
        lock (_gate)
        {
            QueueDropLocked(_entries.GetValueOrDefault(name) ?? ReplaceLocked(new DiskEntry(name, HashOf(name), 0, default)));
        }

        DropPending();
        return null;
    }

    private void CountDamage()
    {
        if (Interlocked.Increment(ref _damaged) == 1)
        {
            Log.CacheEntryDamaged(_logger, "disk");
        }
    }
}
