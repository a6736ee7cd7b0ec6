using BenchmarkDotNet.Attributes;
using ImageStorage.Benchmarks.Work;

namespace ImageStorage.Benchmarks.Suites;

/// <summary>Measures a page of the newest 50 images and a page in the middle, in stores of different sizes.</summary>
public class PageBenchmarks
{
    private const int Operations = 4;
    private PageWork _work = null!;

    /// <summary>Gets the sizes of the stores; <c>--million</c> adds a larger store.</summary>
    public static IEnumerable<int> StoreSizes { get; set; } = [100_000];

    [ParamsSource(nameof(StoreSizes))]
    public int Images { get; set; }

    [GlobalSetup]
    public async Task SetupAsync()
    {
        _work = await PageWork.CreateAsync(Images);
        await _work.RawAsync(100);
        await _work.NewestAsync(200);
        await _work.MiddleAsync(200);
    }

    [GlobalCleanup]
    public void Cleanup() => _work.Dispose();

    [Benchmark(Baseline = true, OperationsPerInvoke = Operations)]
    public Task Raw_50_ends() => _work.RawAsync(Operations);

    [Benchmark(OperationsPerInvoke = Operations)]
    public Task Newest_page() => _work.NewestAsync(Operations);

    [Benchmark(OperationsPerInvoke = Operations)]
    public Task Middle_page() => _work.MiddleAsync(Operations);
}
