using Microsoft.Extensions.Caching.Memory;
using ZiggyCreatures.Caching.Fusion;

namespace ImageStorage.Benchmarks.HitRates.Caches;

/// <summary>FusionCache over a <see cref="MemoryCache"/> with a size limit, each entry with its size.</summary>
internal sealed class SizedFusionCache : IMeasuredCache
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private readonly MemoryCache _memory;
    private readonly FusionCache _cache;
    private readonly (string Key, CachedValue Value)[] _images;

    public SizedFusionCache(ImageTrace trace, long budget)
    {
        _memory = SizedMemoryCache.Create(budget);
        _cache = new FusionCache(new FusionCacheOptions(), _memory);
        _images = CachedValue.AllOf(trace);
    }

    public string Name => "FusionCache";

    public long Bytes => SizedMemoryCache.BytesOf(_memory);

    public ValueTask<bool> RequestAsync(int image)
    {
        var (key, value) = _images[image];
        if (_cache.TryGet<CachedValue>(key).HasValue)
        {
            return ValueTask.FromResult(true);
        }

        _cache.Set(key, value, new FusionCacheEntryOptions(Day) { Size = value.Length });
        return ValueTask.FromResult(false);
    }

    public void Dispose()
    {
        _cache.Dispose();
        _memory.Dispose();
    }
}
