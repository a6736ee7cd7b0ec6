using ImageStorage.Caching.Entries;

namespace ImageStorage.Caching.Disk;

internal sealed partial class DiskTier
{
    /// <summary>
    /// Reserves room for an image and creates its staged file. Returns null if the image is too large, there is no
    /// room, or the tier cannot be used.
    /// </summary>
    /// <param name="info">The version.</param>
    /// <param name="length">The number of bytes that the provider returns.</param>
    /// <param name="asked">The time before the provider was asked.</param>
    public StagedEntry? TryStage(ImageInfo info, long length, DateTimeOffset asked)
    {
        var header = length <= _maxItem ? EntryFormat.CreateHeader(_identity.Id, info, length, asked, asked) : null;
        if (header is not null && _availability.IsUsable && Open() is { } components)
        {
            try
            {
                if (Stage(components, header.Length + length) is { } staged)
                {
                    return CreateStagedEntry(staged.Path, staged.Handle, header, new EntryHeader(info, length, [], asked, asked));
                }
            }
            catch (Exception exception) when (FileFaults.IsExpected(exception))
            {
                RecordFailure(exception);
            }
        }

        lock (_gate)
        {
            _counters.Rejections++;
        }

        return null;
    }

    /// <summary>
    /// Renames a staged file to its final name, which makes it visible to all processes. No process trusts the file
    /// yet.
    /// </summary>
    /// <returns>The open file, or null on failure. The staged entry is disposed in both cases.</returns>
    public DiskFile? Publish(StagedEntry staged)
    {
        using (staged)
        {
            if (staged.IsBroken || Volatile.Read(ref _components) is not { } components)
            {
                return null;
            }

            try
            {
                var opened = staged.Complete();
                if (Publish(components, staged) is not { } entry)
                {
                    return null;
                }

                staged.Release();
                _availability.RecordSuccess();
                return new DiskFile(this, entry, opened);
            }
            catch (Exception exception) when (FileFaults.IsExpected(exception))
            {
                RecordFailure(exception);
                return null;
            }
        }
    }

    /// <summary>Deletes an unused staged file now, or in the next session of the ledger.</summary>
    public void Discard(string path)
    {
        _pendingDeletes.Enqueue(path);
        DropPending();
    }

    /// <summary>Records that a reader has closed the file of an entry.</summary>
    public void OnReaderClosed(DiskEntry entry)
    {
        string? hidden = null;
        lock (_gate)
        {
            if (--entry.Readers == 0)
            {
                (hidden, entry.HiddenPath) = (entry.HiddenPath, null);
            }
        }

        if (hidden is not null)
        {
            Discard(hidden);
        }
    }

    /// <summary>
    /// Drops the queued files, unless the ledger is in use: then the files stay queued. Never throws for the file
    /// system.
    /// </summary>
    public void DropPending()
    {
        if ((_pendingDrops.IsEmpty && _pendingDeletes.IsEmpty) || Volatile.Read(ref _components) is not { } components)
        {
            return;
        }

        try
        {
            // Entering the ledger drops the queued files.
            using var session = Enter(components, mayWait: false);
            End(session);
        }
        catch (Exception exception) when (FileFaults.IsExpected(exception))
        {
            RecordFailure(exception);
        }
    }

    /// <summary>Creates the entry of a staged file, or deletes the file if that fails.</summary>
    private StagedEntry CreateStagedEntry(string path, Microsoft.Win32.SafeHandles.SafeFileHandle handle, byte[] header, EntryHeader content)
    {
        try
        {
            return new StagedEntry(this, path, handle, header, content);
        }
        catch
        {
            handle.Dispose();
            Discard(path);
            throw;
        }
    }

    private (string Path, Microsoft.Win32.SafeHandles.SafeFileHandle Handle)? Stage(DiskComponents components, long length)
    {
        var charge = ChargeOf(length);
        if (FixedBytes + charge > _limit)
        {
            return null;
        }

        using var session = Enter(components, mayWait: true);
        if (session is null || !MakeRoom(session, components, charge))
        {
            End(session);
            return null;
        }

        session.BeginChanges();
        var path = components.Staging.NextPath();
        var handle = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete);
        try
        {
            // A process that counts the files must count this file with its final length from the beginning.
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

    private DiskEntry? Publish(DiskComponents components, StagedEntry staged)
    {
        using var session = Enter(components, mayWait: true);
        if (session is null)
        {
            return null;
        }

        var name = NameOf(staged.Info.Key);
        var entry = new DiskEntry(name, HashOf(name), ChargeOf(staged.FileLength), staged.StoredAt) { ETag = staged.Info.ETag, Length = staged.PayloadLength, Readers = 1 };
        Drop(session, components, BeginDrop(name) ?? new DiskEntry(name, 0, 0, default));
        session.BeginChanges();
        File.Move(staged.Path, components.PathOf(entry), overwrite: true);
        lock (_gate)
        {
            ReplaceLocked(entry);
        }

        End(session);
        return entry;
    }

    private DiskEntry? BeginDrop(EntryName name)
    {
        lock (_gate)
        {
            var entry = _entries.GetValueOrDefault(name);
            if (entry is not null)
            {
                RemoveFromPolicyLocked(entry);
                entry.IsBeingDropped = true;
            }

            return entry;
        }
    }

    /// <summary>
    /// Evicts entries until the charge fits. A victim that is being read frees no room; up to <paramref name="charge"/>
    /// bytes of such victims are accepted, then the new image is rejected.
    /// </summary>
    private bool MakeRoom(LedgerSession session, DiskComponents components, long charge)
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
                    victim.IsBeingDropped = true;
                    _counters.Evictions++;
                }
            }

            if (victim is not null)
            {
                stillRead += Drop(session, components, victim) ? 0 : victim.Size;
            }
            else if (isCounted || stillRead > charge)
            {
                return false;
            }
            else
            {
                // Other processes have added files, or files were deleted by hand.
                Count(session, components);
                isCounted = true;
            }
        }

        return true;
    }

    /// <summary>
    /// Removes an entry from the folder. Returns whether its room is free, because no stream in this process reads it.
    /// </summary>
    private bool Drop(LedgerSession session, DiskComponents components, DiskEntry entry)
    {
        var path = components.PathOf(entry);
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
                Hide(components, entry, path);
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

    /// <summary>Moves a file that is being read to the staging folder, where it counts until it is closed.</summary>
    private void Hide(DiskComponents components, DiskEntry entry, string path)
    {
        var hidden = components.Staging.NextPath();
        File.Move(path, hidden);
        lock (_gate)
        {
            if (entry.Readers > 0)
            {
                entry.HiddenPath = hidden;
                return;
            }
        }

        _pendingDeletes.Enqueue(hidden);
    }
}
