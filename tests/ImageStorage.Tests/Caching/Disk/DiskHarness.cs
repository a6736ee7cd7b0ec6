using ImageStorage.Caching;
using ImageStorage.Providers;
using ImageStorage.Testing.NUnit;

namespace ImageStorage.Tests.Caching.Disk;

/// <summary>
/// A cache with room for some of the suite's images on disk and for none in memory, so that every path of the disk tier
/// is used.
/// </summary>
[RepresentativeCases]
public sealed class DiskHarness : ProviderHarness
{
    private readonly CacheFolder _folder = new();

    public override IEnumerable<string> Secrets => [_folder.Path];

    public override ValueTask<IImageProvider> OpenAsync(TimeProvider clock)
    {
        var options = new CacheOptions();
        options.Memory.MaxItemBytes = 1;
        options.Disk.Path = _folder.Path;
        options.Disk.SizeLimitBytes = 2 << 20;
        options.Disk.MaxItemBytes = 1 << 20;
        return ValueTask.FromResult<IImageProvider>(new CachingProvider(new InMemoryImageProvider(clock), options, clock));
    }

    public override ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return base.DisposeAsync();
    }
}
