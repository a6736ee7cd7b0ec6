using System.Collections.Concurrent;
using BitFaster.Caching.Lfu;
using BitFaster.Caching.Lru;
using ImageStorage.Benchmarks.Shared;
using ImageStorage.Testing;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.DependencyInjection;
using ZiggyCreatures.Caching.Fusion;

namespace ImageStorage.Benchmarks.Work;

/// <summary>
/// Hits of images in memory: of the memory tier, through the store like in an application, and of other caches, by
/// their fastest calls. Each loop may run on several threads.
/// </summary>
internal sealed class CacheWork : IAsyncDisposable
{
    private const int KeyCount = 64;

    // Large enough that no cache evicts an image.
    private const int Capacity = 4 * KeyCount;

    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private readonly ImageKey[] _keys = [.. Enumerable.Range(0, KeyCount).Select(_ => new ImageKey(Names.Next()))];
    private readonly ConcurrentDictionary<string, byte[]> _dictionary = new();
    private readonly ConcurrentLru<string, byte[]> _lru = new(Capacity);
    private readonly ConcurrentLfu<string, byte[]> _lfu = new(Capacity);
    private readonly MemoryCache _memoryCache = new(new MemoryCacheOptions());
    private readonly FusionCache _fusionCache = new(new FusionCacheOptions());
    private readonly ServiceProvider _services;

    private CacheWork()
    {
        var services = new ServiceCollection();
        services.AddImageStorage().UseInMemory().WithCache();
        services.AddHybridCache(options => options.DefaultEntryOptions = new HybridCacheEntryOptions { Expiration = Day, LocalCacheExpiration = Day });
        _services = services.BuildServiceProvider();
    }

    private IImageStorage Storage => _services.GetRequiredService<IImageStorage>();

    private HybridCache Hybrid => _services.GetRequiredService<HybridCache>();

    public static async Task<CacheWork> CreateAsync(int length)
    {
        var work = new CacheWork();
        foreach (var key in work._keys)
        {
            await work.Storage.SaveBytesAsync(key, SampleImages.OfLength(length));
            var bytes = await work.Storage.GetBytesAsync(key) ?? throw new InvalidOperationException("The image that was saved is gone.");
            work._dictionary[key.Value] = bytes;
            work._lru.AddOrUpdate(key.Value, bytes);
            work._lfu.AddOrUpdate(key.Value, bytes);
            work._memoryCache.Set(key.Value, bytes);
            work._fusionCache.Set(key.Value, bytes, Day);
            await work.Hybrid.SetAsync(key.Value, new HybridImage(bytes));
        }

        return work;
    }

    public Task HitDictionaryAsync(int count) => HitAsync(count, key => _dictionary.TryGetValue(key, out _));

    public Task HitConcurrentLruAsync(int count) => HitAsync(count, key => _lru.TryGet(key, out _));

    public Task HitConcurrentLfuAsync(int count) => HitAsync(count, key => _lfu.TryGet(key, out _));

    public Task HitMemoryCacheAsync(int count) => HitAsync(count, key => _memoryCache.TryGetValue(key, out _));

    public Task HitFusionCacheAsync(int count) => HitAsync(count, key => _fusionCache.TryGet<byte[]>(key).HasValue);

    public async Task HitHybridCacheAsync(int count)
    {
        var hybrid = Hybrid;
        for (var i = 0; i < count; i++)
        {
            await hybrid.GetOrCreateAsync<HybridImage>(_keys[i % KeyCount].Value, static _ => throw Lost());
        }
    }

    public async Task HitAsync(int count)
    {
        var storage = Storage;
        for (var i = 0; i < count; i++)
        {
            using var image = await storage.GetAsync(_keys[i % KeyCount]) ?? throw Lost();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_services.GetRequiredService<IImageCache>().GetStatistics().Fills != KeyCount)
        {
            throw new InvalidOperationException("Not every read was a hit.");
        }

        _memoryCache.Dispose();
        _fusionCache.Dispose();
        await _services.DisposeAsync();
    }

    private Task HitAsync(int count, Func<string, bool> isThere)
    {
        for (var i = 0; i < count; i++)
        {
            if (!isThere(_keys[i % KeyCount].Value))
            {
                throw Lost();
            }
        }

        return Task.CompletedTask;
    }

    private static InvalidOperationException Lost() => new("The cache has lost an image.");
}
