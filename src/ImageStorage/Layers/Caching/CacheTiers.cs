using ImageStorage.Caching.Disk;
using ImageStorage.Caching.Distributed;
using ImageStorage.Caching.Filling;
using ImageStorage.Caching.Memory;
using ImageStorage.Providers;
using Microsoft.Extensions.Logging.Abstractions;

namespace ImageStorage.Caching;

/// <summary>The tiers of a cache, from the fastest on, and the fills that bring images into them.</summary>
internal sealed class CacheTiers : IDisposable
{
    private readonly StoreBinding? _binding;
    private readonly DiskTier? _disk;
    private readonly DistributedTier? _distributed;

    private CacheTiers(IMemoryTier memory, StoreBinding? binding, DiskTier? disk, DistributedTier? distributed) =>
        (Memory, _binding, _disk, _distributed, Fills) = (memory, binding, disk, distributed, new FillTable(memory, disk));

    /// <summary>The tier in memory.</summary>
    public IMemoryTier Memory { get; }

    /// <summary>The fills under way.</summary>
    public FillTable Fills { get; }

    /// <summary>The tier on disk. Null when there is none, and as long as the identity of the store is not known.</summary>
    public DiskTier? Disk => _binding is { IsKnown: true } ? _disk : null;

    /// <summary>The tier in a distributed cache. Null when there is none, and as long as the identity of the store is not known.</summary>
    public DistributedTier? Distributed => _binding is { IsKnown: true } ? _distributed : null;

    public static CacheTiers Create(IImageProvider provider, CacheOptions options, TimeSpan revalidateAfter, TimeProvider clock, CacheServices services)
    {
        var logger = (services.Logging ?? NullLoggerFactory.Instance).CreateLogger("ImageStorage.Caching");
        var memory = MemoryTiers.Create(options, clock, services.Memory, allocate: services.Allocate);
        if (options.Disk.Path is null && !options.Distributed.Enabled)
        {
            return new CacheTiers(memory, null, null, null);
        }

        var binding = new StoreBinding(provider, clock, logger);
        var disk = options.Disk.Path is null ? null : new DiskTier(options.Disk, options.Expiration, binding, clock, logger);
        var distributed = options.Distributed.Enabled
            ? new DistributedTier(
                services.Distributed ?? throw new InvalidOperationException(CacheServices.NoDistributed),
                options.Distributed,
                options.Expiration,
                revalidateAfter,
                binding,
                clock,
                logger)
            : null;
        return new CacheTiers(memory, binding, disk, distributed);
    }

    /// <summary>Makes the shared tiers usable, if the store tells its identity in time. Costs nothing when they are usable, or when there are none.</summary>
    public ValueTask<bool> BindAsync(CancellationToken cancellationToken) => _binding?.EnsureAsync(cancellationToken) ?? new(false);

    /// <summary>Makes the shared tiers usable before they are needed.</summary>
    public async Task WarmUpAsync(CancellationToken cancellationToken)
    {
        var connecting = _distributed?.ConnectAsync(cancellationToken) ?? Task.CompletedTask;
        await BindAsync(cancellationToken).ConfigureAwait(false);
        await connecting.ConfigureAwait(false);
    }

    /// <summary>Takes an image out of all tiers, as it was written: whoever begins to read it when this has returned gets nothing that is older.</summary>
    public ValueTask InvalidateAsync(ImageKey key)
    {
        // What decides is done at once and in memory, also before the identity is known; files and servers may be slow, or not there.
        _distributed?.Distrust(key);
        Fills.Invalidate(key);
        _disk?.Clean();
        return Distributed?.RemoveAsync(key) ?? ValueTask.CompletedTask;
    }

    /// <summary>Drops everything from all tiers. The files of a store that has not told its identity yet are dropped when it has.</summary>
    public async Task ClearAsync(CancellationToken cancellationToken)
    {
        _distributed?.Clear();
        Fills.Clear();
        if (_disk is not null)
        {
            await BindAsync(cancellationToken).ConfigureAwait(false);
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            _disk.Clear();
        }
    }

    /// <summary>What is done in the background, now and then.</summary>
    public void Maintain()
    {
        Memory.RemoveExpired();
        _disk?.Maintain();
    }

    /// <summary>What the tiers did, and what they hold.</summary>
    public CacheStatistics GetStatistics(long revalidations) => new(Memory.GetStatistics(), Fills.Started, Fills.Joined, revalidations, Fills.UnderWay)
    {
        Disk = _disk?.GetStatistics(),
        Distributed = _distributed?.GetStatistics(),
    };

    public void Dispose()
    {
        _binding?.Dispose();
        Fills.Close();
        Memory.Dispose();
        _disk?.Dispose();
    }

    public override string ToString() => string.Join('+', new[] { nameof(Memory), _disk is null ? null : nameof(Disk), _distributed is null ? null : nameof(Distributed) }.Where(name => name is not null));

    /// <summary>Whether images are kept in memory only.</summary>
    public bool IsMemoryOnly => _binding is null;
}
