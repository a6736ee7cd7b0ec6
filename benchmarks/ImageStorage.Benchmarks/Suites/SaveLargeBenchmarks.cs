using BenchmarkDotNet.Attributes;
using ImageStorage.Benchmarks.Shared;
using ImageStorage.Benchmarks.Work;

namespace ImageStorage.Benchmarks.Suites;

/// <summary>Measures the saves of the three other classes at 5 MB, with one operation per iteration.</summary>
public class SaveLargeBenchmarks
{
    private SaveWork _work = null!;

    [Params(Durability.Full, Durability.Relaxed)]
    public Durability Durability { get; set; }

    [Params(ContentIdentity.Sha256, ContentIdentity.XxHash128)]
    public ContentIdentity Identity { get; set; }

    [GlobalSetup]
    public async Task SetupAsync()
    {
        _work = new SaveWork(ImageSizes.Large, Durability, Identity);
        await _work.SaveAsync(ImageSizes.WarmUp(ImageSizes.Large));
        NativeCalls.Settle();
    }

    [GlobalCleanup]
    public void Cleanup() => _work.Dispose();

    [Benchmark(Baseline = true)]
    public Task Raw() => _work.RawAsync(1);

    [Benchmark]
    public Task Sha256_alone() => _work.HashAsync(1);

    [Benchmark]
    public Task Save() => _work.SaveAsync(1);
}
