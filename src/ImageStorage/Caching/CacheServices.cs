using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Caching;

/// <summary>What a cache may need of its container.</summary>
/// <param name="Memory">The application's cache, for <see cref="MemoryStore.Application"/>.</param>
/// <param name="Distributed">The application's distributed cache.</param>
/// <param name="Logging">Where failures of tiers are told.</param>
/// <param name="Allocate">Allocates the memory of the memory tier; null for the runtime's.</param>
internal sealed record CacheServices(IMemoryCache? Memory = null, IDistributedCache? Distributed = null, ILoggerFactory? Logging = null, Func<int, byte[]?>? Allocate = null);
