using ImageStorage.Caching.Disk;
using ImageStorage.Caching.Distributed;
using ImageStorage.Caching.Filling;
using ImageStorage.Caching.Memory;
using ImageStorage.Providers;
using Microsoft.Extensions.Logging.Abstractions;

namespace ImageStorage.Caching;

/// <summary>The tiers of a cache, the fastest first, and the active fills.</summary>
internal sealed class CacheTiers : IDisposable
{
    private readonly LazyStoreIdentity? _identity;
    private readonly DiskTier? _disk;
    private readonly DistributedTier? _distributed;

    private CacheTiers(IMemoryTier memory, LazyStoreIdentity? identity, DiskTier? disk, DistributedTier? distributed) =>
        (Memory, _identity, _disk, _distributed, Fills) = (memory, identity, disk, distributed, new FillTable(memory, disk));

    /// <summary>Gets the memory tier.</summary>
    public IMemoryTier Memory { get; }

    /// <summary>Gets the active fills.</summary>
    public FillTable Fills { get; }

    /// <summary>
    /// Gets the disk tier, or null without such a tier or while the identity of the store is unknown.
    /// </summary>
    public DiskTier? Disk => _identity is { IsKnown: true } ? _disk : null;

    /// <summary>
    /// Gets the distributed tier, or null without such a tier or while the identity of the store is unknown.
    /// </summary>
    public DistributedTier? Distributed => _identity is { IsKnown: true } ? _distributed : null;

    public static CacheTiers Create(IImageProvider provider, CacheOptions options, TimeSpan revalidateAfter, TimeProvider clock, CacheServices services)
    {
        var logger = (services.Logging ?? NullLoggerFactory.Instance).CreateLogger("ImageStorage.Caching");
        var memory = MemoryTierFactory.Create(options, clock, services.Memory, allocate: services.Allocate);
        if (options.Disk.Path is null && !options.Distributed.Enabled)
        {
            return new CacheTiers(memory, null, null, null);
        }

        var identity = new LazyStoreIdentity(provider, clock, logger);
        var disk = options.Disk.Path is null ? null : new DiskTier(options.Disk, options.Expiration, identity, clock, logger);
        var distributed = options.Distributed.Enabled
            ? new DistributedTier(
                services.Distributed ?? throw new InvalidOperationException(CacheServices.NoDistributed),
                options.Distributed,
                options.Expiration,
                revalidateAfter,
                identity,
                clock,
                logger)
            : null;
        return new CacheTiers(memory, identity, disk, distributed);
    }

    /// <summary>
    /// Resolves the identity of the store, which the shared tiers need. Completes at once if the identity is known or
    /// there are no shared tiers.
    /// </summary>
    public ValueTask<bool> EnsureIdentityAsync(CancellationToken cancellationToken) => _identity?.EnsureAsync(cancellationToken) ?? new(false);

    /// <summary>Resolves the identity of the store and connects to the distributed cache.</summary>
    public async Task WarmUpAsync(CancellationToken cancellationToken)
    {
        var connecting = _distributed?.ConnectAsync(cancellationToken) ?? Task.CompletedTask;
        await EnsureIdentityAsync(cancellationToken).ConfigureAwait(false);
        await connecting.ConfigureAwait(false);
    }

    /// <summary>
    /// Removes an image that was written from all tiers. A read that begins after the return gets that version or a
    /// newer one.
    /// </summary>
    public ValueTask InvalidateAsync(ImageKey key)
    {
        // Coherence depends only on these changes in memory, also before the identity is known. Files and servers may
        // be slow or unavailable.
        _distributed?.Distrust(key);
        Fills.Invalidate(key);
        _disk?.DropPending();
        return Distributed?.RemoveAsync(key) ?? ValueTask.CompletedTask;
    }

    /// <summary>
    /// Drops everything from all tiers. Files are dropped as soon as the identity of the store is known.
    /// </summary>
    public async Task ClearAsync(CancellationToken cancellationToken)
    {
        _distributed?.Clear();
        Fills.Clear();
        if (_disk is not null)
        {
            await EnsureIdentityAsync(cancellationToken).ConfigureAwait(false);
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            _disk.Clear();
        }
    }

    /// <summary>Does the periodic work of the tiers.</summary>
    public void Maintain()
    {
        Memory.RemoveExpired();
        _disk?.Maintain();
    }

    /// <summary>Returns the counters of the tiers.</summary>
    public CacheStatistics GetStatistics(long revalidations) => new()
    {
        Memory = Memory.GetStatistics(),
        Fills = Fills.Started,
        Joined = Fills.Joined,
        Revalidations = revalidations,
        Filling = Fills.Active,
        Disk = _disk?.GetStatistics(),
        Distributed = _distributed?.GetStatistics(),
    };

    public void Dispose()
    {
        _identity?.Dispose();
        Fills.Close();
        Memory.Dispose();
        _disk?.Dispose();
    }

    public override string ToString() => string.Join('+', new[] { nameof(Memory), _disk is null ? null : nameof(Disk), _distributed is null ? null : nameof(Distributed) }.Where(name => name is not null));

    /// <summary>Gets a value that indicates whether images are kept in memory only.</summary>
    public bool IsMemoryOnly => _identity is null;
}
