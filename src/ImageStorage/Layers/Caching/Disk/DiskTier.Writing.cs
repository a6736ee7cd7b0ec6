using ImageStorage.Caching.Entries;

namespace ImageStorage.Caching.Disk;

internal sealed partial class DiskTier
{
    /// <summary>Room for an image that is about to be read; null when it is too large, or there is none to be had, or the tier does not work.</summary>
    /// <param name="info">The version.</param>
    /// <param name="length">How many bytes the provider gives of it.</param>
    /// <param name="asked">The time before the provider was asked.</param>
    public StagedEntry? TryStage(ImageInfo info, long length, DateTimeOffset asked)
    {
        var front = length <= _maxItem ? EntryFormat.CreateFront(_binding.Id, info, length, asked, asked) : null;
        if (front is not null && _condition.MayTry && Open() is { } parts)
        {
            try
            {
                if (Stage(parts, front.Length + length) is { } staged)
                {
                    return Own(staged.Path, staged.Handle, front, new EntryFront(info, length, [], asked, asked));
                }
            }
            catch (Exception exception) when (FileFaults.IsExpected(exception))
            {
                Failed(exception);
            }
        }

        lock (_gate)
        {
            _counters.Refusals++;
        }

        return null;
    }

    /// <summary>Gives a staged entry its name, so that it is seen by all processes. Nobody trusts it yet.</summary>
    /// <returns>The same, open; null when that failed. Either way the staged entry is used up.</returns>
    public DiskFile? Publish(StagedEntry staged)
    {
        using (staged)
        {
            if (staged.IsBroken || Volatile.Read(ref _parts) is not { } parts)
            {
                return null;
            }

            try
            {
                var opened = staged.Complete();
                if (Publish(parts, staged) is not { } entry)
                {
                    return null;
                }

                staged.Release();
                _condition.Worked();
                return new DiskFile(this, entry, opened);
            }
            catch (Exception exception) when (FileFaults.IsExpected(exception))
            {
                Failed(exception);
                return null;
            }
        }
    }

    /// <summary>Deletes a staged file that nothing came of: now, or when the ledger is next entered.</summary>
    public void Discard(string path)
    {
        _graves.Enqueue(path);
        Clean();
    }

    /// <summary>Hears that somebody has closed an entry.</summary>
    public void Closed(DiskEntry entry)
    {
        string? ghost = null;
        lock (_gate)
        {
            if (--entry.Readers == 0)
            {
                (ghost, entry.Ghost) = (entry.Ghost, null);
            }
        }

        if (ghost is not null)
        {
            Discard(ghost);
        }
    }

    /// <summary>Drops the files that wait for it, unless another one is at the ledger: then they wait on. Never throws for the file system.</summary>
    public void Clean()
    {
        if ((_dead.IsEmpty && _graves.IsEmpty) || Volatile.Read(ref _parts) is not { } parts)
        {
            return;
        }

        try
        {
            // What stands before the work is what has to be done.
            using var session = Enter(parts, isPatient: false);
            End(session);
        }
        catch (Exception exception) when (FileFaults.IsExpected(exception))
        {
            Failed(exception);
        }
    }

    /// <summary>Makes an entry of a staged file; when that fails, the file goes.</summary>
    private StagedEntry Own(string path, Microsoft.Win32.SafeHandles.SafeFileHandle handle, byte[] front, EntryFront content)
    {
        try
        {
            return new StagedEntry(this, path, handle, front, content);
        }
        catch
        {
            handle.Dispose();
            Discard(path);
            throw;
        }
    }

    private (string Path, Microsoft.Win32.SafeHandles.SafeFileHandle Handle)? Stage(DiskParts parts, long length)
    {
        var charge = ChargeOf(length);
        if (FixedBytes + charge > _limit)
        {
            return null;
        }

        using var session = Enter(parts, isPatient: true);
        if (session is null || !MakeRoom(session, parts, charge))
        {
            End(session);
            return null;
        }

        session.BeginChanges();
        var path = parts.Owner.NextPath();
        var handle = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete);
        try
        {
            // So that whoever counts the files counts this one whole from the beginning.
            RandomAccess.SetLength(handle, length);
        }
        catch
        {
            handle.Dispose();
            File.Delete(path);
            throw;
        }

        session.Add(charge);
        End(session);
        return (path, handle);
    }

    private DiskEntry? Publish(DiskParts parts, StagedEntry staged)
    {
        using var session = Enter(parts, isPatient: true);
        if (session is null)
        {
            return null;
        }

        var name = NameOf(staged.Info.Key);
        var entry = new DiskEntry(name, HashOf(name), ChargeOf(staged.FileLength), staged.StoredAt) { ETag = staged.Info.ETag, Length = staged.PayloadLength, Readers = 1 };
        Drop(session, parts, LeaveLocked(name) ?? new DiskEntry(name, 0, 0, default));
        session.BeginChanges();
        File.Move(staged.Path, parts.PathOf(entry), overwrite: true);
        lock (_gate)
        {
            ReplaceLocked(entry);
        }

        End(session);
        return entry;
    }

    private DiskEntry? LeaveLocked(EntryName name)
    {
        lock (_gate)
        {
            var entry = _entries.GetValueOrDefault(name);
            if (entry is not null)
            {
                RemoveFromPolicyLocked(entry);
                entry.IsLeaving = true;
            }

            return entry;
        }
    }

    /// <summary>
    /// Drops others until there is room. Those that are being read give none back; for as many bytes as are wanted, that is put up with.
    /// </summary>
    private bool MakeRoom(LedgerSession session, DiskParts parts, long charge)
    {
        var stillRead = 0L;
        var isCounted = false;
        while (session.Used + charge > _limit)
        {
            DiskEntry? victim;
            lock (_gate)
            {
                victim = stillRead > charge ? null : _policy.ChooseVictim() as DiskEntry;
                if (victim is not null)
                {
                    RemoveFromPolicyLocked(victim);
                    victim.IsLeaving = true;
                    _counters.Evictions++;
                }
            }

            if (victim is not null)
            {
                stillRead += Drop(session, parts, victim) ? 0 : victim.Size;
            }
            else if (isCounted || stillRead > charge)
            {
                return false;
            }
            else
            {
                // What takes the room was put there by other processes, or was taken away by hand.
                Count(session, parts);
                isCounted = true;
            }
        }

        return true;
    }

    /// <summary>Takes a leaving entry out of the folder; answers whether its room is free, as nobody here reads it.</summary>
    private bool Drop(LedgerSession session, DiskParts parts, DiskEntry entry)
    {
        var path = parts.PathOf(entry);
        bool isRead;
        lock (_gate)
        {
            isRead = entry.Readers > 0;
        }

        if (EntryReader.LengthOf(path) is { } length)
        {
            session.BeginChanges();
            if (isRead)
            {
                Hide(parts, entry, path);
            }
            else
            {
                File.Delete(path);
                session.Add(-ChargeOf(length));
            }
        }

        lock (_gate)
        {
            ForgetLocked(entry);
        }

        return !isRead;
    }

    /// <summary>Moves a file that is being read to where nobody finds it, and where it counts until it is closed.</summary>
    private void Hide(DiskParts parts, DiskEntry entry, string path)
    {
        var ghost = parts.Owner.NextPath();
        File.Move(path, ghost);
        lock (_gate)
        {
            if (entry.Readers > 0)
            {
                entry.Ghost = ghost;
                return;
            }
        }

        _graves.Enqueue(ghost);
    }
}
