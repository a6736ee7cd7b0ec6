using BenchmarkDotNet.Attributes;
using ImageStorage.Benchmarks.Shared;
using ImageStorage.Benchmarks.Work;

namespace ImageStorage.Benchmarks.Suites;

/// <summary>Measures reading the record of an image.</summary>
public class InfoBenchmarks
{
    private const int Operations = 64;
    private ReadWork _work = null!;

    [GlobalSetup]
    public async Task SetupAsync()
    {
        _work = await ReadWork.CreateAsync(ImageSizes.Small);
        await _work.RawEndAsync(ImageSizes.WarmUp(ImageSizes.Small));
        await _work.GetInfoAsync(ImageSizes.WarmUp(ImageSizes.Small));
    }

    [GlobalCleanup]
    public void Cleanup() => _work.Dispose();

    [Benchmark(Baseline = true, OperationsPerInvoke = Operations)]
    public Task Raw_end() => _work.RawEndAsync(Operations);

    [Benchmark(OperationsPerInvoke = Operations)]
    public Task GetInfo() => _work.GetInfoAsync(Operations);
}
