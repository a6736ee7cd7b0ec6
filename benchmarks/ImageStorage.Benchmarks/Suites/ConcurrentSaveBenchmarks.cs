using BenchmarkDotNet.Attributes;
using ImageStorage.Benchmarks.Shared;
using ImageStorage.Benchmarks.Work;

namespace ImageStorage.Benchmarks.Suites;

/// <summary>Measures durable saves by 16 concurrent writers.</summary>
public class ConcurrentSaveBenchmarks
{
    private const int Operations = 8 * ConcurrentSaveWork.Writers;
    private ConcurrentSaveWork _work = null!;

    [Params(ImageSizes.Small, ImageSizes.Medium)]
    public int Bytes { get; set; }

    [GlobalSetup]
    public async Task SetupAsync()
    {
        _work = new ConcurrentSaveWork(Bytes);
        await _work.RawAsync(Operations * 4);
        await _work.SaveAsync(Operations * 4);
        NativeCalls.Settle();
    }

    [GlobalCleanup]
    public void Cleanup() => _work.Dispose();

    [Benchmark(Baseline = true, OperationsPerInvoke = Operations)]
    public Task Raw_16_threads() => _work.RawAsync(Operations);

    [Benchmark(OperationsPerInvoke = Operations)]
    public Task Save_16_writers() => _work.SaveAsync(Operations);
}
