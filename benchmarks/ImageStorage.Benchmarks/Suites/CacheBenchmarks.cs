using BenchmarkDotNet.Attributes;
using ImageStorage.Benchmarks.Shared;
using ImageStorage.Benchmarks.Work;

namespace ImageStorage.Benchmarks.Suites;

/// <summary>What does it cost to open an image that the cache has in memory?</summary>
public class CacheBenchmarks
{
    private const int Operations = 1024;
    private CacheWork _work = null!;

    [GlobalSetup]
    public async Task SetupAsync()
    {
        _work = await CacheWork.CreateAsync(ImageSizes.Medium);
        await HitAsync();
    }

    [GlobalCleanup]
    public async Task CleanupAsync() => await _work.DisposeAsync();

    [Benchmark(Baseline = true, OperationsPerInvoke = Operations)]
    public Task RawAsync() => _work.HitRawAsync(Operations);

    [Benchmark(OperationsPerInvoke = Operations)]
    public Task HitAsync() => _work.HitAsync(Operations);
}
