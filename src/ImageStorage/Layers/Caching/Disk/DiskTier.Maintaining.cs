using System.IO.Enumeration;
using ImageStorage.Caching.Entries;

namespace ImageStorage.Caching.Disk;

internal sealed partial class DiskTier
{
    // How many files one turn at the ledger drops in the background.
    private const int MostAtOnce = 256;
    private static readonly TimeSpan CountInterval = TimeSpan.FromMinutes(10);

    // Links among them: they are no entries, and nothing here follows them.
    private static readonly EnumerationOptions AllFiles = new() { AttributesToSkip = 0, IgnoreInaccessible = false };

    private readonly Lock _maintenance = new();
    private long? _countedAt;
    private volatile bool _isClearPending;

    /// <summary>
    /// In the background, now and then: counts what is there, which learns of the files of other processes and of the time before a restart and takes away what dead ones left; drops what has expired.
    /// </summary>
    public void Maintain()
    {
        if (!_maintenance.TryEnter())
        {
            return;
        }

        try
        {
            if (_isDisposed || !_condition.MayTry || Open() is not { } parts)
            {
                return;
            }

            if (_countedAt is not { } at || _clock.GetElapsedTime(at) >= CountInterval)
            {
                using var session = Enter(parts, isPatient: true);
                if (session is not null)
                {
                    if (_countedAt is not null)
                    {
                        Count(session, parts);
                    }

                    // Over the limit after a start with a smaller one.
                    MakeRoom(session, parts, 0);
                    _countedAt = _clock.GetTimestamp();
                    End(session);
                }
            }

            if (_isClearPending && _binding.IsKnown)
            {
                Clear();
            }

            BuryExpired();
            for (var left = (_dead.Count / MostAtOnce) + 1; left > 0; left--)
            {
                Clean();
            }
        }
        catch (Exception exception) when (FileFaults.IsExpected(exception))
        {
            Failed(exception);
        }
        finally
        {
            _maintenance.Exit();
        }
    }

    /// <summary>Drops the files of the store, also those that other processes have put there.</summary>
    public void Clear()
    {
        // Before the identity of the store is known, its files cannot be told from those of others.
        _isClearPending = !_binding.IsKnown;
        if (_isClearPending || Open() is not { } parts)
        {
            return;
        }

        try
        {
            using (var session = Enter(parts, isPatient: true))
            {
                if (session is not null)
                {
                    Count(session, parts);
                    End(session);
                }
            }

            DistrustAll();
            for (var left = (_dead.Count / MostAtOnce) + 1; left > 0; left--)
            {
                Clean();
            }
        }
        catch (Exception exception) when (FileFaults.IsExpected(exception))
        {
            Failed(exception);
        }
    }

    private void BuryExpired()
    {
        var now = _clock.GetUtcNow();
        lock (_gate)
        {
            foreach (var entry in _entries.Values)
            {
                if (!entry.IsDead && IsOwn(entry) && now - entry.StoredAt >= _expiration)
                {
                    _counters.Expirations++;
                    (entry.ConfirmedAt, entry.IsDead) = (null, true);
                    _dead.Enqueue(entry);
                }
            }
        }
    }

    /// <summary>Enters the ledger, with the files counted, and drops what waits for it. Null when somebody else is there.</summary>
    private LedgerSession? Enter(DiskParts parts, bool isPatient)
    {
        var session = parts.Ledger.TryEnter(isPatient);
        if (session is null)
        {
            return null;
        }

        try
        {
            if (!session.IsKnown || !parts.IsCounted)
            {
                Count(session, parts);
                WarnOfSmallDisk(session, parts);
            }

            for (var left = MostAtOnce; left > 0 && _graves.TryDequeue(out var grave); left--)
            {
                Bury(session, grave);
            }

            for (var left = MostAtOnce; left > 0 && _dead.TryDequeue(out var entry); left--)
            {
                DropDead(session, parts, entry);
            }

            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Ends a turn in order.</summary>
    private void End(LedgerSession? session)
    {
        if (session is not null)
        {
            session.Complete();
            Volatile.Write(ref _used, session.Used);
        }
    }

    private static void Bury(LedgerSession session, string path)
    {
        if (EntryReader.LengthOf(path) is { } length)
        {
            session.BeginChanges();
            File.Delete(path);
            session.Add(-ChargeOf(length));
        }
    }

    private void DropDead(LedgerSession session, DiskParts parts, DiskEntry entry)
    {
        lock (_gate)
        {
            if (!entry.IsDead || entry.IsLeaving || _entries.GetValueOrDefault(entry.Name) != entry)
            {
                return;
            }

            RemoveFromPolicyLocked(entry);
            entry.IsLeaving = true;
        }

        Drop(session, parts, entry);
    }

    /// <summary>Counts all files, takes away what dead processes left, and makes what this process knows that which is there.</summary>
    private void Count(LedgerSession session, DiskParts parts)
    {
        session.BeginChanges();
        var used = FixedBytes + CountStaged(parts);
        var there = new List<DiskEntry>();
        foreach (var (name, length, time) in FilesIn(parts.Folder.Entries))
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
            // Leaving ones are those whose dropping has failed: nobody else is at it now.
            var names = there.Select(entry => entry.Name).ToHashSet();
            foreach (var gone in _entries.Values.Where(entry => entry.IsLeaving || !names.Contains(entry.Name)).ToList())
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
        parts.IsCounted = true;
    }

    private static long CountStaged(DiskParts parts)
    {
        var staging = parts.Folder.Staging;
        var files = new List<(string Name, string Id, long Length)>();
        var owners = new HashSet<string>();
        foreach (var (name, length, _) in FilesIn(staging))
        {
            if (StagingOwner.IdIn(name, out var isOwner) is not { } id)
            {
                continue;
            }

            owners.Add(id);
            if (!isOwner)
            {
                files.Add((name, id, length));
            }
        }

        owners.RemoveWhere(id => id != parts.OwnerId && TryReclaim(staging, id, files));
        return files.Where(file => owners.Contains(file.Id)).Sum(file => ChargeOf(file.Length));
    }

    private static bool TryReclaim(string staging, string id, List<(string Name, string Id, long Length)> files)
    {
        using var dead = StagingOwner.TryTakeDead(staging, id);
        if (dead is null)
        {
            return false;
        }

        foreach (var file in files.Where(file => file.Id == id))
        {
            File.Delete(Path.Join(staging, file.Name));
        }

        StagingOwner.Remove(staging, id);
        return true;
    }

    private static FileSystemEnumerable<(string Name, long Length, DateTimeOffset Time)> FilesIn(string folder) =>
        new(folder, static (ref entry) => (entry.FileName.ToString(), entry.Length, entry.LastWriteTimeUtc), AllFiles)
        {
            ShouldIncludePredicate = static (ref entry) => !entry.IsDirectory && (entry.Attributes & FileAttributes.ReparsePoint) == 0,
        };

    private void WarnOfSmallDisk(LedgerSession session, DiskParts parts)
    {
        try
        {
            var available = new DriveInfo(parts.Folder.Entries).AvailableFreeSpace + session.Used;
            if (available < _limit)
            {
                Log.CacheLargerThanDisk(_logger, _limit, available);
            }
        }
        catch (Exception exception) when (exception is ArgumentException or IOException or UnauthorizedAccessException)
        {
            // Network shares and odd mounts have no drive: nobody can tell.
        }
    }
}
