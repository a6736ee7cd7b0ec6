using BenchmarkDotNet.Attributes;
using ImageStorage.Benchmarks.Shared;
using ImageStorage.Benchmarks.Work;

namespace ImageStorage.Benchmarks.Suites;

/// <summary>Measures durable saves, compared with the minimum of file operations.</summary>
public class SaveFullBenchmarks
{
    private const int Operations = 16;
    private SaveWork _work = null!;

    [Params(ImageSizes.Small, ImageSizes.Medium)]
    public int Bytes { get; set; }

    [GlobalSetup]
    public async Task SetupAsync()
    {
        _work = new SaveWork(Bytes, Durability.Full, ContentIdentity.Sha256);
        await _work.RawAsync(ImageSizes.WarmUp(Bytes));
        await _work.SaveAsync(ImageSizes.WarmUp(Bytes));
        NativeCalls.Settle();
    }

    [GlobalCleanup]
    public void Cleanup() => _work.Dispose();

    [Benchmark(Baseline = true, OperationsPerInvoke = Operations)]
    public Task Raw_durable() => _work.RawAsync(Operations);

    [Benchmark(OperationsPerInvoke = Operations)]
    public Task Save() => _work.SaveAsync(Operations);
}
