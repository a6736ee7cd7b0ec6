using System.Collections.Concurrent;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using ImageStorage.Caching.Entries;
using ImageStorage.Caching.Eviction;
using ImageStorage.Caching.Memory;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Caching.Disk;

/// <summary>
/// The tier on disk. What is there is what lies in the folder, whoever put it there: a read opens the file by its name. This process's knowledge of the files decides
/// only who has to go, and which versions are known to be current. docs/caching.md has the rules.
/// </summary>
/// <remarks>
/// Two locks: that of the ledger, held by one thread of one process while it makes or drops files, and <c>_gate</c>, for what this process knows, held for moments and never during
/// a call of the file system. The second may be taken inside the first.
/// </remarks>
internal sealed partial class DiskTier : IDisposable
{
    /// <summary>What the tier takes for itself: folders, marker, ledger, and the files of owners.</summary>
    public const long FixedBytes = 32 << 10;

    private const long BlockLength = 4 << 10;

    // The entry of a name in its folder.
    private const long NameLength = 128;
    private const int ItemShare = 10;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    // By how much clocks of processes that share a folder may differ.
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(5);

    private readonly Lock _gate = new();
    private readonly Lock _opening = new();
    private readonly Dictionary<EntryName, DiskEntry> _entries = [];
    private readonly ConcurrentQueue<DiskEntry> _dead = new();
    private readonly ConcurrentQueue<string> _graves = new();
    private readonly IEvictionPolicy _policy;
    private readonly TierCondition _condition;
    private readonly ILogger _logger;
    private readonly TimeProvider _clock;
    private readonly TimeSpan _expiration;
    private readonly string _path;
    private readonly long _limit;
    private readonly long _maxItem;
    private readonly StoreBinding _binding;
    private readonly long _seed = Random.Shared.NextInt64();
    private DiskParts? _parts;
    private TierCounters _counters;
    private long _damaged;
    private long _used;
    private bool _isDisposed;

    /// <param name="options">The options; with a path.</param>
    /// <param name="expiration">How long an image stays at most.</param>
    /// <param name="binding">The identity of the store. Images are neither read nor written before it is known.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="logger">Where failures are told.</param>
    public DiskTier(DiskTierOptions options, TimeSpan expiration, StoreBinding binding, TimeProvider clock, ILogger logger)
    {
        (_path, _limit, _expiration, _binding, _clock, _logger) = (options.Path!, options.SizeLimitBytes, expiration, binding, clock, logger);
        _maxItem = options.MaxItemBytes ?? (options.SizeLimitBytes / ItemShare);
        _policy = options.Eviction == EvictionPolicy.LeastRecentlyUsed ? new LruPolicy() : new FrequencyPolicy(options.SizeLimitBytes, Random.Shared);
        _condition = new TierCondition("disk", Pause, clock, logger);
    }

    /// <summary>The bytes of the budget that a file of this length takes.</summary>
    public static long ChargeOf(long length) => ((length + BlockLength - 1) & -BlockLength) + NameLength;

    /// <summary>When this process last knew that the provider has this version; null when it does not.</summary>
    public long? ConfirmedAt(DiskFile file)
    {
        lock (_gate)
        {
            return file.Entry.ETag == file.Info.ETag ? file.Entry.ConfirmedAt : null;
        }
    }

    /// <summary>Notes that the provider has this version. Called under the lock of the fills, which is what makes it true.</summary>
    public void Confirm(DiskFile file, long at)
    {
        lock (_gate)
        {
            if (file.Entry.ETag == file.Info.ETag)
            {
                (file.Entry.ConfirmedAt, file.Entry.IsDead) = (at, false);
            }
        }
    }

    /// <summary>Takes the trust from an image that was written. Called under the lock of the fills; the file itself goes with <see cref="Clean"/>, or later.</summary>
    public void Distrust(ImageKey key)
    {
        if (!_binding.IsKnown)
        {
            // Nothing was read or written yet, so nothing is trusted.
            return;
        }

        var name = NameOf(key);
        lock (_gate)
        {
            if (_entries.GetValueOrDefault(name) is { } entry)
            {
                DistrustLocked(entry);
            }
        }
    }

    /// <summary>Takes the trust from all images of the store.</summary>
    public void DistrustAll()
    {
        lock (_gate)
        {
            foreach (var entry in _entries.Values)
            {
                if (IsOwn(entry))
                {
                    DistrustLocked(entry);
                }
            }
        }
    }

    /// <summary>Drops an entry whose version the provider has no longer.</summary>
    public void DropStale(DiskFile file)
    {
        lock (_gate)
        {
            DistrustLocked(file.Entry);
        }

        Clean();
    }

    /// <summary>Drops an entry whose bytes are not those that were written.</summary>
    public void DropDamaged(DiskEntry entry)
    {
        CountDamage();
        lock (_gate)
        {
            (entry.ConfirmedAt, entry.IsDead) = (null, true);
            _dead.Enqueue(entry);
        }

        Clean();
    }

    /// <summary>Hears of a failure of the file system.</summary>
    public void Failed(Exception exception)
    {
        _condition.Failed(exception, FileFaults.Describe(exception));
        if (exception is DirectoryNotFoundException)
        {
            Close();
        }
    }

    public CacheTierStatistics GetStatistics()
    {
        lock (_gate)
        {
            return _counters.ToStatistics(_entries.Count, Volatile.Read(ref _used), _limit) with { Damaged = Volatile.Read(ref _damaged), Faults = _condition.Failures };
        }
    }

    public void Dispose()
    {
        lock (_maintenance)
        {
            _isDisposed = true;
        }

        Clean();
        Close();
    }

    private DiskParts? Open()
    {
        if (Volatile.Read(ref _parts) is { } parts)
        {
            return parts;
        }

        lock (_opening)
        {
            if (_parts is not null || _isDisposed || !_condition.MayTry)
            {
                return _parts;
            }

            try
            {
                var opened = new DiskParts(DiskFolder.Open(_path));
                Volatile.Write(ref _parts, opened);
                return opened;
            }
            catch (Exception exception) when (FileFaults.IsExpected(exception) || exception is StorageNotSupportedException)
            {
                _condition.Failed(exception, FileFaults.Describe(exception));
                return null;
            }
        }
    }

    /// <summary>Lets go of the folder, and of what was known of it; the next use opens it anew.</summary>
    private void Close()
    {
        lock (_opening)
        {
            _parts?.Dispose();
            Volatile.Write(ref _parts, null);
        }

        lock (_gate)
        {
            foreach (var entry in _entries.Values)
            {
                RemoveFromPolicyLocked(entry);
            }

            _entries.Clear();
        }
    }

    private void Forget(DiskEntry? entry)
    {
        lock (_gate)
        {
            if (entry is { IsLeaving: false })
            {
                ForgetLocked(entry);
            }
        }
    }

    private void ForgetLocked(DiskEntry entry)
    {
        if (_entries.GetValueOrDefault(entry.Name) == entry)
        {
            _entries.Remove(entry.Name);
        }

        RemoveFromPolicyLocked(entry);
    }

    private DiskEntry ReplaceLocked(DiskEntry entry)
    {
        if (_entries.GetValueOrDefault(entry.Name) is { } before)
        {
            ForgetLocked(before);
        }

        _entries.Add(entry.Name, entry);
        _policy.Add(entry);
        return entry;
    }

    private void RemoveFromPolicyLocked(DiskEntry entry)
    {
        if (entry.Owner is not null)
        {
            _policy.Remove(entry);
        }
    }

    private void DistrustLocked(DiskEntry entry)
    {
        if (!entry.IsDead)
        {
            _counters.Invalidations++;
            _dead.Enqueue(entry);
        }

        (entry.ConfirmedAt, entry.IsDead) = (null, true);
    }

    private bool IsOwn(DiskEntry entry) => _binding.IsKnown && entry.Name.Store == _binding.Id;

    private ulong HashOf(EntryName name) => XxHash3.HashToUInt64(MemoryMarshal.AsBytes(new ReadOnlySpan<EntryName>(in name)), _seed);
}
