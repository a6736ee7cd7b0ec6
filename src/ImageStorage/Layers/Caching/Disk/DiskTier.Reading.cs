using ImageStorage.Caching.Entries;

namespace ImageStorage.Caching.Disk;

internal sealed partial class DiskTier
{
    /// <summary>What an image is called here. A hash, which takes long enough to be made once for a read.</summary>
    public EntryName NameOf(ImageKey key) => EntryName.Of(_binding.Id, key);

    /// <summary>The image, held for the caller; null when it is not there, has expired or is damaged. Counts as a hit or a miss.</summary>
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
                if (file.Entry.Owner is not null)
                {
                    _policy.Touch(file.Entry);
                }
            }
        }

        return file;
    }

    /// <summary>When this process last knew that the provider has the version of an image that is here and has more than so many bytes; null when there is none, or it does not know.</summary>
    public long? ConfirmedAt(EntryName name, long moreThan)
    {
        lock (_gate)
        {
            return _entries.GetValueOrDefault(name) is { } entry && entry.Length > moreThan ? entry.ConfirmedAt : null;
        }
    }

    /// <summary>The image, as <see cref="TryOpen"/> gives it, without counting.</summary>
    public DiskFile? Peek(EntryName name, ImageKey key) => Find(name, key);

    private DiskFile? Find(EntryName name, ImageKey key)
    {
        if (Open() is not { } parts)
        {
            return null;
        }

        DiskEntry? before;
        lock (_gate)
        {
            before = _entries.GetValueOrDefault(name);
            if (before is { IsLeaving: true })
            {
                return null;
            }
        }

        OpenedEntry? opened;
        try
        {
            if (!EntryReader.TryOpen(Path.Join(parts.Folder.Entries, name.ToString()), name.Store, key, out opened))
            {
                Forget(before);
                return null;
            }
        }
        catch (Exception exception) when (FileFaults.IsExpected(exception))
        {
            Failed(exception);
            return null;
        }

        return opened is null ? DropUnreadable(name) : Attach(name, before, opened);
    }

    /// <summary>Counts a file that was opened as one that this process knows and reads.</summary>
    private DiskFile? Attach(EntryName name, DiskEntry? before, OpenedEntry opened)
    {
        var (front, charge) = (opened.Front, ChargeOf(opened.FileLength));
        var now = _clock.GetUtcNow();
        lock (_gate)
        {
            var entry = _entries.GetValueOrDefault(name);
            if (entry is { IsLeaving: true } || (entry is null && before is not null))
            {
                // Dropped since. Whoever did that saw no reader here, so there must be none.
                opened.Handle.Dispose();
                return null;
            }

            if (entry is null || entry.Size != charge || entry.StoredAt != front.StoredAt)
            {
                // Put there by another process.
                entry = ReplaceLocked(new DiskEntry(name, HashOf(name), charge, front.StoredAt));
            }

            if (entry.ETag != front.Info.ETag)
            {
                (entry.ETag, entry.Length, entry.ConfirmedAt) = (front.Info.ETag, front.PayloadLength, null);
            }

            if (now - front.StoredAt >= _expiration || front.StoredAt - now > ClockTolerance)
            {
                opened.Handle.Dispose();
                _counters.Expirations++;
                (entry.ConfirmedAt, entry.IsDead) = (null, true);
                _dead.Enqueue(entry);
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
            var entry = _entries.GetValueOrDefault(name) ?? ReplaceLocked(new DiskEntry(name, HashOf(name), 0, default));
            (entry.ConfirmedAt, entry.IsDead) = (null, true);
            _dead.Enqueue(entry);
        }

        Clean();
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
