using BenchmarkDotNet.Attributes;
using ImageStorage.Benchmarks.Shared;
using ImageStorage.Benchmarks.Work;

namespace ImageStorage.Benchmarks.Suites;

/// <summary>
/// Measures the overlap of SHA-256 with writing: a save should take about as long as the slower of the two, not their
/// sum.
/// </summary>
public class SaveSha256Benchmarks
{
    private const int Operations = 32;
    private SaveWork _work = null!;

    [Params(ImageSizes.Small, ImageSizes.Medium)]
    public int Bytes { get; set; }

    [GlobalSetup]
    public async Task SetupAsync()
    {
        _work = new SaveWork(Bytes, Durability.Relaxed, ContentIdentity.Sha256);
        await _work.RawAsync(ImageSizes.WarmUp(Bytes));
        await _work.SaveAsync(ImageSizes.WarmUp(Bytes));
        NativeCalls.Settle();
    }

    [GlobalCleanup]
    public void Cleanup() => _work.Dispose();

    [Benchmark(Baseline = true, OperationsPerInvoke = Operations)]
    public Task Raw_rename() => _work.RawAsync(Operations);

    [Benchmark(OperationsPerInvoke = Operations)]
    public Task Sha256_alone() => _work.HashAsync(Operations);

    [Benchmark(OperationsPerInvoke = Operations)]
    public Task Save() => _work.SaveAsync(Operations);
}
