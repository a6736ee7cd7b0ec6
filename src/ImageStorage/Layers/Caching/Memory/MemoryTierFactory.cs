using ImageStorage.Caching.Eviction;
using Microsoft.Extensions.Caching.Memory;

namespace ImageStorage.Caching.Memory;

/// <summary>Creates the memory tier of a cache.</summary>
internal static class MemoryTierFactory
{
    private const int ItemShare = 10;

    /// <param name="options">The options.</param>
    /// <param name="clock">The clock of expirations.</param>
    /// <param name="applications">The application's cache, for <see cref="MemoryStore.Application"/>.</param>
    /// <param name="random">
    /// Draws the seed of the hashes and the samples of the policy; null for the shared generator.
    /// </param>
    /// <param name="allocate">Allocates the memory of the tier; null for the allocator of the runtime.</param>
    public static IMemoryTier Create(CacheOptions options, TimeProvider clock, IMemoryCache? applications, Random? random = null, Func<int, byte[]?>? allocate = null)
    {
        CacheOptionsValidator.ThrowIfInvalid(options);
        var maxItem = options.Memory.MaxItemBytes ?? Math.Max(1, options.Memory.SizeLimitBytes / ItemShare);
        if (options.Memory.Store == MemoryStore.Application)
        {
            return new ApplicationMemoryTier(
                applications ?? throw new InvalidOperationException(CacheServices.NoMemory),
                maxItem,
                options.Expiration,
                clock);
        }

        random ??= Random.Shared;
        var memory = new PayloadMemory(options.Memory.SizeLimitBytes, allocate ?? new ChunkAllocator(clock).TryAllocate);
        IEvictionPolicy policy = options.Memory.Eviction == EvictionPolicy.LeastRecentlyUsed ? new LruPolicy() : new FrequencyPolicy(memory.LimitBytes, random);
        return new PooledMemoryTier(memory, policy, maxItem, options.Expiration, clock, random.NextInt64());
    }
}
