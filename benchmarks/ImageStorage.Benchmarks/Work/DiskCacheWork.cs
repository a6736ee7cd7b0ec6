using ImageStorage.Benchmarks.Shared;
using ImageStorage.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.Benchmarks.Work;

/// <summary>
/// Reads of images in a folder, in the page cache: by the provider alone, and through a cache with all images on disk
/// and none in memory.
/// </summary>
internal sealed class DiskCacheWork : IAsyncDisposable
{
    private const int KeyCount = 64;

    private readonly ImageKey[] _keys = [.. Enumerable.Range(0, KeyCount).Select(_ => new ImageKey(Names.Next()))];
    private readonly ServiceProvider _alone = Build(isCached: false);
    private readonly ServiceProvider _cached = Build(isCached: true);

    private DiskCacheWork()
    {
    }

    public static async Task<DiskCacheWork> CreateAsync(int length)
    {
        var work = new DiskCacheWork();
        foreach (var services in (ServiceProvider[])[work._alone, work._cached])
        {
            for (var i = 0; i < KeyCount; i++)
            {
                await services.GetRequiredService<IImageStorage>().SaveBytesAsync(work._keys[i], SampleImages.OfLength(length, i));
            }
        }

        await work.HitAsync(KeyCount);
        NativeCalls.Settle();
        return work;
    }

    public Task ReadAsync(int count) => ReadAsync(_alone.GetRequiredService<IImageStorage>(), count);

    public async Task HitAsync(int count)
    {
        await ReadAsync(_cached.GetRequiredService<IImageStorage>(), count);
        if (_cached.GetRequiredService<IImageCache>().GetStatistics() is not { Disk.Entries: KeyCount, Fills: KeyCount })
        {
            throw new InvalidOperationException("Not all were hits of the disk tier: nothing was measured.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _alone.DisposeAsync();
        await _cached.DisposeAsync();
    }

    private static ServiceProvider Build(bool isCached)
    {
        var services = new ServiceCollection();
        var store = services.AddImageStorage().UseFileSystem(options => (options.Path, options.Durability) = (WorkFolder.Current.New("disk-cache"), Durability.Relaxed));
        if (isCached)
        {
            store.WithCache(cache => (cache.Memory.MaxItemBytes, cache.Disk.Path) = (1, WorkFolder.Current.New("cache")));
        }

        return services.BuildServiceProvider();
    }

    private async Task ReadAsync(IImageStorage storage, int count)
    {
        for (var i = 0; i < count; i++)
        {
            await using var image = await storage.GetAsync(_keys[i % KeyCount]);
            await image!.Content.CopyToAsync(Stream.Null);
        }
    }
}
