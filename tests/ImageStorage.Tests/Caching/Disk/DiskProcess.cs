using ImageStorage.Caching;

namespace ImageStorage.Tests.Caching.Disk;

/// <summary>One process of a <see cref="DiskStore"/>: a separate cache over the shared store and folder.</summary>
internal sealed class DiskProcess(CachingProvider cache, TimeProvider clock) : IAsyncDisposable
{
    public CachingProvider Cache { get; } = cache;

    public ImageStorageManager Storage { get; } = new(cache, null, clock);

    public CacheTierStatistics Memory => Cache.GetStatistics().Memory;

    public CacheTierStatistics Disk => Cache.GetStatistics().Disk!;

    public Task<ImageInfo> SaveAsync(ImageKey key, int seed, int length = 5000) => Storage.SaveBytesAsync(key, CachedStore.Image(seed, length));

    public Task<byte[]?> ReadAsync(ImageKey key) => Storage.GetBytesAsync(key);

    public ValueTask DisposeAsync() => Storage.DisposeAsync();
}
