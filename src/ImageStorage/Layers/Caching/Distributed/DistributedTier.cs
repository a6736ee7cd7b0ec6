using ImageStorage.Caching.Entries;
using ImageStorage.Caching.Memory;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Caching.Distributed;

/// <summary>
/// The tier on an <see cref="IDistributedCache"/>, for small images. Unlike on disk, what another process has validated is trusted here, for as long as the application lets an
/// answer be old, unless this process has written the image since. Whatever goes wrong with it, the provider is asked.
/// </summary>
/// <param name="cache">The application's cache; not disposed here.</param>
/// <param name="options">The options.</param>
/// <param name="expiration">How long an image stays at most.</param>
/// <param name="revalidateAfter">How long a validation is trusted; infinite when the provider is never asked again, and then no other process's is.</param>
/// <param name="binding">The identity of the store. Entries are neither read nor written before it is known; writes are remembered also before.</param>
/// <param name="clock">The clock.</param>
/// <param name="logger">Where failures are told.</param>
internal sealed class DistributedTier(
    IDistributedCache cache, DistributedTierOptions options, TimeSpan expiration, TimeSpan revalidateAfter, StoreBinding binding, TimeProvider clock, ILogger logger)
{
    private const int MostWrites = 64 << 10;

    // By how much the clocks of processes may differ.
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(10);

    private readonly RecentWrites _writes = new(revalidateAfter < TimeSpan.Zero ? TimeSpan.Zero : revalidateAfter + (2 * Tolerance), Tolerance, clock, MostWrites);
    private readonly DistributedCalls _calls = new(cache, options.Prefix, options.Timeout, clock, logger);
    private readonly Lock _gate = new();
    private DateTimeOffset _clearedAt = DateTimeOffset.MinValue;
    private TierCounters _counters;
    private long _damaged;

    public bool Takes(long length) => length <= options.MaxItemBytes;

    /// <summary>Connects to the server, and waits until the server has answered or the attempt has failed.</summary>
    public Task ConnectAsync(CancellationToken cancellationToken) => _calls.ConnectAsync(cancellationToken);

    /// <summary>The image; null when it is not there, or the cache does not answer.</summary>
    public async Task<DistributedEntry?> TryGetAsync(ImageKey key, CancellationToken cancellationToken)
    {
        var name = EntryName.Of(binding.Id, key);
        var bytes = await _calls.GetAsync(TextOf(name), cancellationToken).ConfigureAwait(false);
        var read = bytes is null ? null : DistributedEntry.TryRead(bytes, name.Store, key);
        bool isFirstDamage;
        DistributedEntry? entry;
        lock (_gate)
        {
            entry = read is not null && read.Front.StoredAt > _clearedAt && clock.GetUtcNow() - read.Front.StoredAt < expiration ? read : null;
            _ = entry is null ? _counters.Misses++ : _counters.Hits++;
            isFirstDamage = bytes is not null && read is null && ++_damaged == 1;
        }

        if (isFirstDamage)
        {
            Log.CacheEntryDamaged(logger, "distributed");
        }

        return entry;
    }

    /// <summary>When the provider was last known to have this version, by the clock's timestamps; null when that is not to be trusted.</summary>
    public long? ConfirmedAt(DistributedEntry entry)
    {
        var (now, age) = (clock.GetTimestamp(), clock.GetUtcNow() - entry.Front.ValidatedAt);
        return revalidateAfter > TimeSpan.Zero && age >= TimeSpan.Zero && age < revalidateAfter && _writes.IsBehindWrites(EntryName.HashOf(entry.Front.Info.Key), entry.Front.ValidatedAt)
            ? now - (long)(age.TotalSeconds * clock.TimestampFrequency)
            : null;
    }

    /// <summary>Keeps an image, or the time at which it was validated.</summary>
    public async Task SetAsync(CachedImage image, DateTimeOffset storedAt, DateTimeOffset validatedAt, CancellationToken cancellationToken)
    {
        var name = EntryName.Of(binding.Id, image.Info.Key);
        var (text, left) = (TextOf(name), expiration - (clock.GetUtcNow() - storedAt));
        if (left > TimeSpan.Zero && _calls.MayWrite(text))
        {
            await _calls.SetAsync(text, DistributedEntry.Write(name.Store, image, storedAt, validatedAt), left, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Takes the trust from an image that was written. The entry itself goes with <see cref="RemoveAsync"/>.</summary>
    public void Distrust(ImageKey key) => _writes.Add(EntryName.HashOf(key));

    /// <summary>Drops an image for all processes, if the cache answers.</summary>
    public async ValueTask RemoveAsync(ImageKey key)
    {
        lock (_gate)
        {
            _counters.Invalidations++;
        }

        await _calls.RemoveAsync(TextOf(EntryName.Of(binding.Id, key))).ConfigureAwait(false);
    }

    /// <summary>From now on nothing is taken that was stored before. The cache cannot list its entries, so those stay for other processes.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _clearedAt = clock.GetUtcNow();
        }
    }

    public CacheTierStatistics GetStatistics()
    {
        lock (_gate)
        {
            return _counters.ToStatistics(0, 0, null) with { Damaged = _damaged, Faults = _calls.Failures };
        }
    }

    // With the version of the format, so that two versions of the library do not take turns in overwriting each other's entries.
    private string TextOf(EntryName name) => $"{options.Prefix}:{EntryFormat.Version}:{name}";
}
