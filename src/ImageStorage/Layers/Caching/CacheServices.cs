using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Caching;

/// <summary>The services of the container that a cache may use.</summary>
/// <param name="Memory">The application's cache, for <see cref="MemoryStore.Application"/>.</param>
/// <param name="Distributed">The application's distributed cache.</param>
/// <param name="Logging">Creates the logger for failures of tiers.</param>
/// <param name="Allocate">Allocates the memory of the memory tier; null for the allocator of the runtime.</param>
internal sealed record CacheServices(IMemoryCache? Memory = null, IDistributedCache? Distributed = null, ILoggerFactory? Logging = null, Func<int, byte[]?>? Allocate = null)
{
    public static readonly string NoMemory = $"Cache.Memory.Store is {nameof(MemoryStore.Application)}, and the container has no IMemoryCache: call services.AddMemoryCache(), or set it to {nameof(MemoryStore.Own)}.";
    public static readonly string NoDistributed = "Cache.Distributed.Enabled is true, and the container has no IDistributedCache: register one, for example with services.AddStackExchangeRedisCache(...), or set it to false.";

    /// <summary>Returns a message for each service that the options need and the container lacks.</summary>
    public IEnumerable<string> Missing(CacheOptions options)
    {
        if (options.Memory.Store == MemoryStore.Application && Memory is null)
        {
            yield return NoMemory;
        }

        if (options.Distributed.Enabled && Distributed is null)
        {
            yield return NoDistributed;
        }
    }
}
