using ImageStorage.Benchmarks.Shared;
using ImageStorage.Caching;
using ImageStorage.InMemory;
using ImageStorage.Testing;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.Benchmarks.Work;

/// <summary>Hits of the cache's memory tier, through the store as an application opens images, and of a <see cref="MemoryCache"/>.</summary>
internal sealed class CacheWork : IAsyncDisposable
{
    private const int KeyCount = 64;

    private readonly ImageKey[] _keys = [.. Enumerable.Range(0, KeyCount).Select(_ => new ImageKey(Names.Next()))];
    private readonly MemoryCache _raw = new(new MemoryCacheOptions());
    private readonly ServiceProvider _services;
    private int _next;

    private CacheWork()
    {
        var services = new ServiceCollection();
        services.AddImageStorage().UseInMemory().WithCache();
        _services = services.BuildServiceProvider();
    }

    private IImageStorage Storage => _services.GetRequiredService<IImageStorage>();

    public static async Task<CacheWork> CreateAsync(int length)
    {
        var work = new CacheWork();
        foreach (var key in work._keys)
        {
            await work.Storage.SaveBytesAsync(key, SampleImages.OfLength(length));
            work._raw.Set(key.Value, await work.Storage.GetBytesAsync(key));
        }

        return work;
    }

    public Task HitRawAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            if (!_raw.TryGetValue(NextKey().Value, out _))
            {
                throw new InvalidOperationException("The cache has lost an image.");
            }
        }

        return Task.CompletedTask;
    }

    public async Task HitAsync(int count)
    {
        var storage = Storage;
        for (var i = 0; i < count; i++)
        {
            using var image = await storage.GetAsync(NextKey()) ?? throw new InvalidOperationException("The image that was saved is gone.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_services.GetRequiredService<IImageCache>().GetStatistics().Fills != KeyCount)
        {
            throw new InvalidOperationException("Not every read was a hit.");
        }

        _raw.Dispose();
        await _services.DisposeAsync();
    }

    private ImageKey NextKey() => _keys[_next++ % KeyCount];
}
