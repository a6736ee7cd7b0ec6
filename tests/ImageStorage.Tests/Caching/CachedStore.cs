using ImageStorage.Caching;
using ImageStorage.Testing;
using Microsoft.Extensions.Time.Testing;

namespace ImageStorage.Tests.Caching;

/// <summary>A store with a cache over a provider that counts reads.</summary>
internal sealed class CachedStore : IAsyncDisposable
{
    public CachedStore(Action<CacheOptions>? configure = null, bool isShared = false)
    {
        var options = new CacheOptions();
        options.Memory.SizeLimitBytes = 1 << 20;
        configure?.Invoke(options);
        Provider = new WatchedProvider(Clock, isShared);
        Cache = new CachingProvider(Provider, options, Clock);
        Storage = new ImageStorageManager(Cache, null, Clock);
    }

    public FakeTimeProvider Clock { get; } = new();

    public WatchedProvider Provider { get; }

    public CachingProvider Cache { get; }

    public ImageStorageManager Storage { get; }

    public CacheTierStatistics Memory => Cache.GetStatistics().Memory;

    public static byte[] Image(int seed, int length = 5000) => SampleImages.OfLength(length, seed);

    public Task<ImageInfo> SaveAsync(ImageKey key, int seed, int length = 5000) => Storage.SaveBytesAsync(key, Image(seed, length));

    /// <summary>Saves past the cache, as another process would.</summary>
    public Task<ImageInfo> SaveElsewhereAsync(ImageKey key, int seed) => new ImageStorageManager(Provider, null, Clock).SaveBytesAsync(key, Image(seed));

    public Task<byte[]?> ReadAsync(ImageKey key) => Storage.GetBytesAsync(key);

    public ValueTask DisposeAsync() => Storage.DisposeAsync();
}
