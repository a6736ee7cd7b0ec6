using System.Collections.Concurrent;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using ImageStorage.Caching.Entries;
using ImageStorage.Caching.Eviction;
using ImageStorage.Caching.Memory;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Caching.Disk;

/// <summary>
/// The disk tier. The content of the tier is the content of the folder, including files of other processes: a read
/// opens the file by name. The index of this process serves only the eviction policy and the trust.
/// docs/design/caching.md has the rules.
/// </summary>
/// <remarks>
/// Two locks: the ledger, held by one thread of one process while files are created or dropped; and <c>_gate</c> for
/// the index, held for moments and never during a call of the file system. <c>_gate</c> may be taken inside the ledger.
/// </remarks>
internal sealed partial class DiskTier : IDisposable
{
    /// <summary>The charge for folders, marker, ledger and the files of owners.</summary>
    public const long FixedBytes = 32 << 10;

    private const long BlockLength = 4 << 10;

    // The directory entry of a file.
    private const long NameLength = 128;
    private const int ItemShare = 10;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    // The accepted clock skew of processes that share a folder.
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(5);

    private readonly Lock _gate = new();
    private readonly Lock _opening = new();
    private readonly Dictionary<EntryName, DiskEntry> _entries = [];
    private readonly ConcurrentQueue<DiskEntry> _pendingDrops = new();
    private readonly ConcurrentQueue<string> _pendingDeletes = new();
    private readonly IEvictionPolicy _policy;
    private readonly TierAvailability _availability;
    private readonly ILogger _logger;
    private readonly TimeProvider _clock;
    private readonly TimeSpan _expiration;
    private readonly string _path;
    private readonly long _limit;
    private readonly long _maxItem;
    private readonly LazyStoreIdentity _identity;
    private readonly long _seed = Random.Shared.NextInt64();
    private DiskComponents? _components;
    private TierCounters _counters;
    private long _damaged;
    private long _used;
    private bool _isDisposed;

    /// <param name="options">The options; with a path.</param>
    /// <param name="expiration">The maximum age of an image.</param>
    /// <param name="identity">
    /// The identity of the store. Images are neither read nor written before the identity is known.
    /// </param>
    /// <param name="clock">The clock.</param>
    /// <param name="logger">The log of failures.</param>
    public DiskTier(DiskTierOptions options, TimeSpan expiration, LazyStoreIdentity identity, TimeProvider clock, ILogger logger)
    {
        (_path, _limit, _expiration, _identity, _clock, _logger) = (options.Path!, options.SizeLimitBytes, expiration, identity, clock, logger);
        _maxItem = options.MaxItemBytes ?? (options.SizeLimitBytes / ItemShare);
        _policy = options.Eviction == EvictionPolicy.LeastRecentlyUsed ? new LruPolicy() : new FrequencyPolicy(options.SizeLimitBytes, Random.Shared);
        _availability = new TierAvailability("disk", Pause, clock, logger);
    }

    /// <summary>Returns the bytes of the budget that a file uses.</summary>
    public static long ChargeOf(long length) => ((length + BlockLength - 1) & -BlockLength) + NameLength;

    /// <summary>Returns when this process last confirmed this version, or null without a confirmation.</summary>
    public long? ConfirmedAt(DiskFile file)
    {
        lock (_gate)
        {
            return file.Entry.ETag == file.Info.ETag ? file.Entry.ConfirmedAt : null;
        }
    }

    /// <summary>
    /// Records that the provider has this version. Called under the lock of the fills, so that no write can intervene.
    /// </summary>
    public void Confirm(DiskFile file, long at)
    {
        lock (_gate)
        {
            if (file.Entry.ETag == file.Info.ETag)
            {
                (file.Entry.ConfirmedAt, file.Entry.IsDropPending) = (at, false);
            }
        }
    }

    /// <summary>
    /// Removes the trust from an image that was written. Called under the lock of the fills. <see cref="DropPending"/>
    /// drops the file.
    /// </summary>
    public void Distrust(ImageKey key)
    {
        if (!_identity.IsKnown)
        {
            // No file was read or written yet, so no file is trusted.
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

    /// <summary>Removes the trust from all images of the store.</summary>
    public void DistrustAll()
    {
        lock (_gate)
        {
            foreach (var entry in _entries.Values)
            {
                if (BelongsToStore(entry))
                {
                    DistrustLocked(entry);
                }
            }
        }
    }

    /// <summary>Drops an entry whose version is no longer current.</summary>
    public void DropStale(DiskFile file)
    {
        lock (_gate)
        {
            DistrustLocked(file.Entry);
        }

        DropPending();
    }

    /// <summary>Drops an entry whose bytes are damaged.</summary>
    public void DropDamaged(DiskEntry entry)
    {
        CountDamage();
        lock (_gate)
        {
            QueueDropLocked(entry);
        }

        DropPending();
    }

    /// <summary>Records a failure of the file system.</summary>
    public void RecordFailure(Exception exception)
    {
        _availability.RecordFailure(exception, FileFaults.Describe(exception));
        if (exception is DirectoryNotFoundException)
        {
            Close();
        }
    }

    public CacheTierStatistics GetStatistics()
    {
        lock (_gate)
        {
            return _counters.ToStatistics(_entries.Count, Volatile.Read(ref _used), _limit) with { Damaged = Volatile.Read(ref _damaged), Faults = _availability.Failures };
        }
    }

    public void Dispose()
    {
        lock (_maintenance)
        {
            _isDisposed = true;
        }

        DropPending();
        Close();
    }

    private DiskComponents? Open()
    {
        if (Volatile.Read(ref _components) is { } components)
        {
            return components;
        }

        lock (_opening)
        {
            if (_components is not null || _isDisposed || !_availability.IsUsable)
            {
                return _components;
            }

            try
            {
                var opened = new DiskComponents(DiskFolder.Open(_path));
                Volatile.Write(ref _components, opened);
                return opened;
            }
            catch (Exception exception) when (FileFaults.IsExpected(exception) || exception is StorageNotSupportedException)
            {
                _availability.RecordFailure(exception, FileFaults.Describe(exception));
                return null;
            }
        }
    }

    /// <summary>Closes the folder and clears the index. The next use opens the folder again.</summary>
    private void Close()
    {
        lock (_opening)
        {
            _components?.Dispose();
            Volatile.Write(ref _components, null);
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
            if (entry is { IsBeingDropped: false })
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
        if (!entry.IsDropPending)
        {
            _counters.Invalidations++;
            _pendingDrops.Enqueue(entry);
        }

        (entry.ConfirmedAt, entry.IsDropPending) = (null, true);
    }

    private void QueueDropLocked(DiskEntry entry)
    {
        (entry.ConfirmedAt, entry.IsDropPending) = (null, true);
        _pendingDrops.Enqueue(entry);
    }

    private bool BelongsToStore(DiskEntry entry) => _identity.IsKnown && entry.Name.Store == _identity.Id;

    private ulong HashOf(EntryName name) => XxHash3.HashToUInt64(MemoryMarshal.AsBytes(new ReadOnlySpan<EntryName>(in name)), _seed);
}
