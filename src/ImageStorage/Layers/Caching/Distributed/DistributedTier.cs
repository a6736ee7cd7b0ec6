using ImageStorage.Caching.Entries;
using ImageStorage.Caching.Memory;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Caching.Distributed;

/// <summary>
/// The tier in an <see cref="IDistributedCache"/>, for small images. Unlike on disk, validations of other processes are
/// trusted, for <c>RevalidateAfter</c> and unless this process has written the image since. On any failure the provider
/// is asked.
/// </summary>
/// <param name="cache">The application's cache; not disposed here.</param>
/// <param name="options">The options.</param>
/// <param name="expiration">The maximum age of an image.</param>
/// <param name="revalidateAfter">
/// How long a validation is trusted. With an infinite time, no validation of another process is trusted.
/// </param>
/// <param name="identity">
/// The identity of the store. Entries are neither read nor written before the identity is known; writes are remembered
/// before, too.
/// </param>
/// <param name="clock">The clock.</param>
/// <param name="logger">The log of failures.</param>
internal sealed class DistributedTier(
    IDistributedCache cache, DistributedTierOptions options, TimeSpan expiration, TimeSpan revalidateAfter, LazyStoreIdentity identity, TimeProvider clock, ILogger logger)
{
    private const int MaxWrites = 64 << 10;

    // The accepted clock skew between processes.
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(10);

    private readonly RecentWrites _writes = new(revalidateAfter < TimeSpan.Zero ? TimeSpan.Zero : revalidateAfter + (2 * Tolerance), Tolerance, clock, MaxWrites);
    private readonly DistributedCacheClient _client = new(cache, options.Prefix, options.Timeout, clock, logger);
    private readonly Lock _gate = new();
    private DateTimeOffset _clearedAt = DateTimeOffset.MinValue;
    private TierCounters _counters;
    private long _damaged;

    /// <summary>Returns whether the tier accepts an image of this length.</summary>
    public bool Accepts(long length) => length <= options.MaxItemBytes;

    /// <summary>Connects to the server. Completes when the server has answered or the attempt has failed.</summary>
    public Task ConnectAsync(CancellationToken cancellationToken) => _client.ConnectAsync(cancellationToken);

    /// <summary>
    /// Returns an image, or null if the image is missing, expired or damaged, or the cache does not answer. Counts a hit
    /// or a miss.
    /// </summary>
    public Task<DistributedEntry?> TryGetAsync(ImageKey key, CancellationToken cancellationToken) => FindAsync(key, isRead: true, cancellationToken);

    /// <summary>Returns an image like <see cref="TryGetAsync"/>, without counting.</summary>
    public Task<DistributedEntry?> PeekAsync(ImageKey key, CancellationToken cancellationToken) => FindAsync(key, isRead: false, cancellationToken);

    private async Task<DistributedEntry?> FindAsync(ImageKey key, bool isRead, CancellationToken cancellationToken)
    {
        var name = EntryName.Of(identity.Id, key);
        var bytes = await _client.GetAsync(TextOf(name), cancellationToken).ConfigureAwait(false);
        var read = bytes is null ? null : DistributedEntry.TryRead(bytes, name.Store, key);
        bool isFirstDamage;
        DistributedEntry? entry;
        lock (_gate)
        {
            entry = read is not null && read.Header.StoredAt > _clearedAt && clock.GetUtcNow() - read.Header.StoredAt < expiration ? read : null;
            _ = !isRead ? 0 : entry is null ? _counters.Misses++ : _counters.Hits++;
            isFirstDamage = bytes is not null && read is null && ++_damaged == 1;
        }

        if (isFirstDamage)
        {
            Log.CacheEntryDamaged(logger, "distributed");
        }

        return entry;
    }

    /// <summary>
    /// Returns when the version was last confirmed, as a timestamp, or null if the confirmation is not trusted.
    /// </summary>
    public long? ConfirmedAt(DistributedEntry entry)
    {
        var (now, age) = (clock.GetTimestamp(), clock.GetUtcNow() - entry.Header.ValidatedAt);
        return revalidateAfter > TimeSpan.Zero && age >= TimeSpan.Zero && age < revalidateAfter && _writes.IsAfterWrites(EntryName.HashOf(entry.Header.Info.Key), entry.Header.ValidatedAt)
            ? now - (long)(age.TotalSeconds * clock.TimestampFrequency)
            : null;
    }

    /// <summary>Writes an image, or writes a cached image again with a new time of validation.</summary>
    public async Task SetAsync(CachedImage image, DateTimeOffset storedAt, DateTimeOffset validatedAt, CancellationToken cancellationToken)
    {
        var name = EntryName.Of(identity.Id, image.Info.Key);
        var (text, left) = (TextOf(name), expiration - (clock.GetUtcNow() - storedAt));
        if (left > TimeSpan.Zero && _client.MayWrite(text))
        {
            await _client.SetAsync(text, DistributedEntry.Write(name.Store, image, storedAt, validatedAt), left, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Removes the trust from an image that was written. <see cref="RemoveAsync"/> removes the entry.
    /// </summary>
    public void Distrust(ImageKey key) => _writes.Add(EntryName.HashOf(key));

    /// <summary>Removes the entry of an image for all processes, if the cache answers.</summary>
    public async ValueTask RemoveAsync(ImageKey key)
    {
        lock (_gate)
        {
            _counters.Invalidations++;
        }

        await _client.RemoveAsync(TextOf(EntryName.Of(identity.Id, key))).ConfigureAwait(false);
    }

    /// <summary>
    /// Ignores everything stored before this call. The cache cannot list its entries, so they stay for other processes.
    /// </summary>
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
            return _counters.ToStatistics(0, 0, null) with { Damaged = _damaged, Faults = _client.Failures };
        }
    }

    // With the version of the format, so that two versions of the library do not overwrite each other's entries.
    private string TextOf(EntryName name) => $"{options.Prefix}:{EntryFormat.Version}:{name}";
}
