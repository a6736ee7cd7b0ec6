using BenchmarkDotNet.Attributes;
using ImageStorage.Benchmarks.Shared;
using ImageStorage.Benchmarks.Work;

namespace ImageStorage.Benchmarks.Suites;

/// <summary>Measures opening an image that is cached in memory, compared with other caches.</summary>
public class CacheBenchmarks
{
    private const int Operations = 16 << 10;

    // Enough for the last tier of the JIT, for all caches.
    private const int WarmUps = 50;

    private CacheWork _work = null!;

    [GlobalSetup]
    public async Task SetupAsync()
    {
        _work = await CacheWork.CreateAsync(ImageSizes.Medium);
        Func<Task>[] all = [MemoryCache, FusionCache, HybridCache, ConcurrentLru, ConcurrentLfu, Dictionary, HitAsync];
        for (var warmUp = 0; warmUp < WarmUps; warmUp++)
        {
            foreach (var hit in all)
            {
                await hit();
            }
        }
    }

    [GlobalCleanup]
    public async Task CleanupAsync() => await _work.DisposeAsync();

    [Benchmark(Baseline = true, OperationsPerInvoke = Operations)]
    public Task MemoryCache() => _work.HitMemoryCacheAsync(Operations);

    [Benchmark(OperationsPerInvoke = Operations)]
    public Task FusionCache() => _work.HitFusionCacheAsync(Operations);

    [Benchmark(OperationsPerInvoke = Operations)]
    public Task HybridCache() => _work.HitHybridCacheAsync(Operations);

    [Benchmark(OperationsPerInvoke = Operations)]
    public Task ConcurrentLru() => _work.HitConcurrentLruAsync(Operations);

    [Benchmark(OperationsPerInvoke = Operations)]
    public Task ConcurrentLfu() => _work.HitConcurrentLfuAsync(Operations);

    [Benchmark(OperationsPerInvoke = Operations)]
    public Task Dictionary() => _work.HitDictionaryAsync(Operations);

    [Benchmark(OperationsPerInvoke = Operations)]
    public Task HitAsync() => _work.HitAsync(Operations);
}
