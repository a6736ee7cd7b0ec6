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
/// <param name="store">A hash of the store's identity.</param>
/// <param name="clock">The clock.</param>
/// <param name="logger">Where failures are told.</param>
internal sealed class DistributedTier(
    IDistributedCache cache, DistributedTierOptions options, TimeSpan expiration, TimeSpan revalidateAfter, ulong store, TimeProvider clock, ILogger logger)
{
    private const string Name = "distributed";
    private const int MostWrites = 64 << 10;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    // By how much the clocks of processes may differ.
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(10);

    private readonly RecentWrites _writes = new(revalidateAfter < TimeSpan.Zero ? TimeSpan.Zero : revalidateAfter + (2 * Tolerance), Tolerance, clock, MostWrites);
    private readonly TierCondition _condition = new(Name, Pause, clock, logger);
    private readonly Lock _gate = new();
    private DateTimeOffset _clearedAt = DateTimeOffset.MinValue;
    private TierCounters _counters;
    private long _damaged;

    public bool Takes(long length) => length <= options.MaxItemBytes;

    /// <summary>The image; null when it is not there, or the cache does not answer.</summary>
    public async Task<DistributedEntry?> TryGetAsync(ImageKey key, CancellationToken cancellationToken)
    {
        var name = NameOf(key);
        var bytes = await TryAsync<byte[]?>(async token => await cache.GetAsync(name, token).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        var read = bytes is null ? null : DistributedEntry.TryRead(bytes, store, key);
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
            Log.CacheEntryDamaged(logger, Name);
        }

        return entry;
    }

    /// <summary>When the provider was last known to have this version, by the clock's timestamps; null when that is not to be trusted.</summary>
    public long? ConfirmedAt(DistributedEntry entry)
    {
        var (now, age) = (clock.GetTimestamp(), clock.GetUtcNow() - entry.Front.ValidatedAt);
        return revalidateAfter > TimeSpan.Zero && age >= TimeSpan.Zero && age < revalidateAfter && _writes.IsBehindWrites(EntryName.Of(store, entry.Front.Info.Key), entry.Front.ValidatedAt)
            ? now - (long)(age.TotalSeconds * clock.TimestampFrequency)
            : null;
    }

    /// <summary>Keeps an image, or the time at which it was validated.</summary>
    public Task SetAsync(CachedImage image, DateTimeOffset storedAt, DateTimeOffset validatedAt, CancellationToken cancellationToken)
    {
        var left = expiration - (clock.GetUtcNow() - storedAt);
        if (left <= TimeSpan.Zero || !_condition.MayTry)
        {
            return Task.CompletedTask;
        }

        var bytes = DistributedEntry.Write(store, image, storedAt, validatedAt);
        var how = new DistributedCacheEntryOptions { AbsoluteExpirationRelativeToNow = left };
        return TryAsync(
            async token =>
            {
                await cache.SetAsync(NameOf(image.Info.Key), bytes, how, token).ConfigureAwait(false);
                return true;
            },
            cancellationToken);
    }

    /// <summary>Takes the trust from an image that was written. The entry itself goes with <see cref="RemoveAsync"/>.</summary>
    public void Distrust(ImageKey key) => _writes.Add(EntryName.Of(store, key));

    /// <summary>Drops an image for all processes, if the cache answers.</summary>
    public async ValueTask RemoveAsync(ImageKey key)
    {
        lock (_gate)
        {
            _counters.Invalidations++;
        }

        await TryAsync(
            async token =>
            {
                await cache.RemoveAsync(NameOf(key), token).ConfigureAwait(false);
                return true;
            },
            CancellationToken.None).ConfigureAwait(false);
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
            return _counters.ToStatistics(0, 0, null) with { Damaged = _damaged, Faults = _condition.Failures };
        }
    }

    private string NameOf(ImageKey key) => $"{options.Prefix}:{EntryName.Of(store, key)}";

    private async Task<T?> TryAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        if (!_condition.MayTry)
        {
            return default;
        }

        using var timeout = new CancellationTokenSource(options.Timeout, clock);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            // Not every cache heeds its token.
            var result = await call(linked.Token).WaitAsync(linked.Token).ConfigureAwait(false);
            _condition.Worked();
            return result;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // The boundary to other people's caches, which throw what they like.
            _condition.Failed(exception, exception is OperationCanceledException ? $"it did not answer in {options.Timeout}" : $"it failed with {exception.GetType().Name}: look at its server");
            return default;
        }
    }
}
