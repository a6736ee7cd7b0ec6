using ImageStorage.Caching;
using ImageStorage.Providers;
using ImageStorage.Testing.NUnit;

namespace ImageStorage.Tests.Caching;

/// <summary>A cache with room for few of the suite's images, so that every path of the cache is used.</summary>
public sealed class CachingHarness : ProviderHarness
{
    public override ValueTask<IImageProvider> OpenAsync(TimeProvider clock)
    {
        var options = new CacheOptions();
        options.Memory.SizeLimitBytes = 64 << 10;
        options.Memory.MaxItemBytes = 48 << 10;
        return ValueTask.FromResult<IImageProvider>(new CachingProvider(new InMemoryImageProvider(clock), options, clock));
    }
}
