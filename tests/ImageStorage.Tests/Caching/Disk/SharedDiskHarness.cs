using ImageStorage.Caching;
using ImageStorage.Providers;
using ImageStorage.Testing.NUnit;
using ImageStorage.Tests.Providers;

namespace ImageStorage.Tests.Caching.Disk;

/// <summary>
/// Processes with a cache each, in memory and on disk, that share a store and a folder. The suite expects writes of
/// other processes at once, so each read revalidates.
/// </summary>
[RepresentativeCases]
public sealed class SharedDiskHarness : ProviderHarness
{
    private readonly CacheFolder _folder = new();
    private WatchedProvider? _store;

    public override IEnumerable<string> Secrets => [_folder.Path];

    public override ValueTask<IImageProvider> OpenAsync(TimeProvider clock)
    {
        _store ??= new WatchedProvider(clock, isShared: true);
        var options = new CacheOptions { RevalidateAfter = TimeSpan.Zero };
        options.Memory.SizeLimitBytes = 64 << 10;
        options.Memory.MaxItemBytes = 48 << 10;
        options.Disk.Path = _folder.Path;
        options.Disk.SizeLimitBytes = 1 << 20;
        options.Disk.MaxItemBytes = 600_000;
        return ValueTask.FromResult<IImageProvider>(new CachingProvider(new OpenedStore(_store), options, clock));
    }

    public override async ValueTask DisposeAsync()
    {
        if (_store is not null)
        {
            await _store.DisposeAsync();
        }

        _folder.Dispose();
        await base.DisposeAsync();
    }
}
