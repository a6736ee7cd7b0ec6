using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.Benchmarks.HitRates.Caches;

/// <summary>
/// HybridCache over a <see cref="MemoryCache"/> with a size limit, without a distributed cache. No image exceeds its
/// limit for one value.
/// </summary>
internal sealed class SizedHybridCache : IMeasuredCache
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private readonly MemoryCache _memory;
    private readonly ServiceProvider _services;
    private readonly HybridCache _cache;
    private readonly (string Key, CachedValue Value)[] _images;
    private bool _isMiss;

    public SizedHybridCache(ImageTrace trace, long budget)
    {
        _memory = SizedMemoryCache.Create(budget);
        var services = new ServiceCollection();
        services.AddSingleton<IMemoryCache>(_memory);
        services.AddHybridCache(options =>
        {
            options.MaximumPayloadBytes = budget;
            options.DefaultEntryOptions = new HybridCacheEntryOptions { Expiration = Day, LocalCacheExpiration = Day };
        }).AddSerializer<CachedValue, LengthSerializer>();
        _services = services.BuildServiceProvider();
        _cache = _services.GetRequiredService<HybridCache>();
        _images = CachedValue.AllOf(trace);
    }

    public string Name => "HybridCache";

    public long Bytes => SizedMemoryCache.BytesOf(_memory);

    public async ValueTask<bool> RequestAsync(int image)
    {
        var (key, value) = _images[image];
        _isMiss = false;
        await _cache.GetOrCreateAsync(key, (Cache: this, Value: value), static (state, _) => state.Cache.Load(state.Value));
        return !_isMiss;
    }

    public void Dispose()
    {
        _services.Dispose();
        _memory.Dispose();
    }

    private ValueTask<CachedValue> Load(CachedValue value)
    {
        _isMiss = true;
        return ValueTask.FromResult(value);
    }
}
