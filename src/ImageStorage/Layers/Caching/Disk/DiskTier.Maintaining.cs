using System.IO.Enumeration;
using ImageStorage.Caching.Entries;

namespace ImageStorage.Caching.Disk;

internal sealed partial class DiskTier
{
    // The maximum number of files that one session of the ledger drops.
    private const int MaxDropsPerSession = 256;
    private static readonly TimeSpan CountInterval = TimeSpan.FromMinutes(10);

    // Links are listed, too: they are no entries and are not followed.
    private static readonly EnumerationOptions AllFiles = new() { AttributesToSkip = 0, IgnoreInaccessible = false };

    private readonly Lock _maintenance = new();
    private long? _countedAt;
    private volatile bool _isClearPending;

    /// <summary>
    /// Does the periodic work: counts the files, which adds the files of other processes and earlier starts to the
    /// index and reclaims the staged files of dead processes; and drops expired files.
    /// </summary>
    public void Maintain()
    {
        if (!_maintenance.TryEnter())
        {
            return;
        }

        try
        {
            if (_isDisposed || !_availability.IsUsable || Open() is not { } components)
            {
                return;
            }

            if (_countedAt is not { } at || _clock.GetElapsedTime(at) >= CountInterval)
            {
                using var session = Enter(components, mayWait: true);
                if (session is not null)
                {
                    if (_countedAt is not null)
                    {
                        Count(session, components);
                    }

                    // The folder may exceed the limit after a start with a smaller limit.
                    MakeRoom(session, components, 0);
                    _countedAt = _clock.GetTimestamp();
                    End(session);
                }
            }

            if (_isClearPending && _identity.IsKnown)
            {
                Clear();
            }

            DistrustExpired();
            for (var left = (_pendingDrops.Count / MaxDropsPerSession) + 1; left > 0; left--)
            {
                DropPending();
            }
        }
        catch (Exception exception) when (FileFaults.IsExpected(exception))
        {
            RecordFailure(exception);
        }
        finally
        {
            _maintenance.Exit();
        }
    }

    /// <summary>Drops the files of the store, also the files of other processes.</summary>
    public void Clear()
    {
        // Before the identity of the store is known, its files cannot be told from the files of other stores.
        _isClearPending = !_identity.IsKnown;
        if (_isClearPending || Open() is not { } components)
        {
            return;
        }

        try
        {
            using (var session = Enter(components, mayWait: true))
            {
                if (session is not null)
                {
                    Count(session, components);
                    End(session);
                }
            }

            DistrustAll();
            for (var left = (_pendingDrops.Count / MaxDropsPerSession) + 1; left > 0; left--)
            {
                DropPending();
            }
        }
        catch (Exception exception) when (FileFaults.IsExpected(exception))
        {
            RecordFailure(exception);
        }
    }

    private void DistrustExpired()
    {
        var now = _clock.GetUtcNow();
        lock (_gate)
        {
            foreach (var entry in _entries.Values)
            {
                if (!entry.IsDropPending && BelongsToStore(entry) && now - entry.StoredAt >= _expiration)
                {
                    _counters.Expirations++;
                    QueueDropLocked(entry);
                }
            }
        }
    }

    /// <summary>
    /// Opens the ledger, counts the files if necessary, and drops the queued files. Returns null if the ledger is in
    /// use.
    /// </summary>
    private LedgerSession? Enter(DiskComponents components, bool mayWait)
    {
        var session = components.Ledger.TryEnter(mayWait);
        if (session is null)
        {
            return null;
        }

        try
        {
            if (!session.IsKnown || !components.IsCounted)
            {
                Count(session, components);
                WarnOfSmallDisk(session, components);
            }

            for (var left = MaxDropsPerSession; left > 0 && _pendingDeletes.TryDequeue(out var path); left--)
            {
                DeleteStaged(session, path);
            }

            for (var left = MaxDropsPerSession; left > 0 && _pendingDrops.TryDequeue(out var entry); left--)
            {
                DropQueued(session, components, entry);
            }

            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Ends a session regularly, with the mark cleared.</summary>
    private void End(LedgerSession? session)
    {
        if (session is not null)
        {
            session.Complete();
            Volatile.Write(ref _used, session.Used);
        }
    }

    private static void DeleteStaged(LedgerSession session, string path)
    {
        if (EntryReader.LengthOf(path) is { } length)
        {
            session.BeginChanges();
            File.Delete(path);
            session.Add(-ChargeOf(length));
        }
    }

    private void DropQueued(LedgerSession session, DiskComponents components, DiskEntry entry)
    {
        lock (_gate)
        {
            if (!entry.IsDropPending || entry.IsBeingDropped || _entries.GetValueOrDefault(entry.Name) != entry)
            {
                return;
            }

            RemoveFromPolicyLocked(entry);
            entry.IsBeingDropped = true;
        }

        Drop(session, components, entry);
    }

    /// <summary>
    /// Counts all files, reclaims the staged files of dead processes, and makes the index match the folder.
    /// </summary>
    private void Count(LedgerSession session, DiskComponents components)
    {
        session.BeginChanges();
        var used = FixedBytes + CountStaged(components);
        var there = new List<DiskEntry>();
        foreach (var (name, length, time) in FilesIn(components.Folder.Entries))
        {
            if (EntryName.TryParse(name, out var entry))
            {
                used += ChargeOf(length);
                there.Add(new DiskEntry(entry, HashOf(entry), ChargeOf(length), time));
            }
        }

        there.Sort(static (one, other) => one.StoredAt.CompareTo(other.StoredAt));
        lock (_gate)
        {
            // This session owns the ledger, so an entry that is being dropped is one whose drop has failed.
            var names = there.Select(entry => entry.Name).ToHashSet();
            foreach (var gone in _entries.Values.Where(entry => entry.IsBeingDropped || !names.Contains(entry.Name)).ToList())
            {
                ForgetLocked(gone);
            }

            foreach (var entry in there)
            {
                if (!_entries.ContainsKey(entry.Name))
                {
                    ReplaceLocked(entry);
                }
            }
        }

        session.Set(used);
        components.IsCounted = true;
    }

    private static long CountStaged(DiskComponents components)
    {
        var staging = components.Folder.Staging;
        var files = new List<(string Name, string Id, long Length)>();
        var owners = new HashSet<string>();
        foreach (var (name, length, _) in FilesIn(staging))
        {
            if (DiskStaging.IdIn(name, out var isOwner) is not { } id)
            {
                continue;
            }

            owners.Add(id);
            if (!isOwner)
            {
                files.Add((name, id, length));
            }
        }

        owners.RemoveWhere(id => TryReclaim(components.Staging, staging, id, files));
        return files.Where(file => owners.Contains(file.Id)).Sum(file => ChargeOf(file.Length));
    }

    private static bool TryReclaim(DiskStaging own, string staging, string id, List<(string Name, string Id, long Length)> files) => own.TryReclaim(id, () =>
    {
        foreach (var file in files.Where(file => file.Id == id))
        {
            File.Delete(Path.Join(staging, file.Name));
        }
    });

    private static FileSystemEnumerable<(string Name, long Length, DateTimeOffset Time)> FilesIn(string folder) =>
        new(folder, static (ref entry) => (entry.FileName.ToString(), entry.Length, entry.LastWriteTimeUtc), AllFiles)
        {
            ShouldIncludePredicate = static (ref entry) => !entry.IsDirectory && (entry.Attributes & FileAttributes.ReparsePoint) == 0,
        };

    private void WarnOfSmallDisk(LedgerSession session, DiskComponents components)
    {
        try
        {
            var available = new DriveInfo(components.Folder.Entries).AvailableFreeSpace + session.Used;
            if (available < _limit)
            {
                Log.CacheLargerThanDisk(_logger, _limit, available);
            }
        }
        catch (Exception exception) when (exception is ArgumentException or IOException or UnauthorizedAccessException)
        {
            // Network shares and some mounts have no drive, so the free space is unknown.
        }
    }
}
