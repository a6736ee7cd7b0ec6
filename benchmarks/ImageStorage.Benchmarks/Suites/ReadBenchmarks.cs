using BenchmarkDotNet.Attributes;
using ImageStorage.Benchmarks.Shared;
using ImageStorage.Benchmarks.Work;

namespace ImageStorage.Benchmarks.Suites;

/// <summary>Measures reading an image to a stream, with every byte verified.</summary>
public class ReadBenchmarks
{
    private const int Operations = 32;
    private ReadWork _work = null!;

    [Params(ImageSizes.Small, ImageSizes.Medium, ImageSizes.Large)]
    public int Bytes { get; set; }

    [GlobalSetup]
    public async Task SetupAsync()
    {
        _work = await ReadWork.CreateAsync(Bytes);
        await _work.RawAsync(ImageSizes.WarmUp(Bytes));
        await _work.ReadAllBytesAsync(ImageSizes.WarmUp(Bytes));
        await _work.ReadAsync(ImageSizes.WarmUp(Bytes));
    }

    [GlobalCleanup]
    public void Cleanup() => _work.Dispose();

    [Benchmark(Baseline = true, OperationsPerInvoke = Operations)]
    public Task Raw_pooled() => _work.RawAsync(Operations);

    [Benchmark(OperationsPerInvoke = Operations)]
    public Task ReadAllBytes() => _work.ReadAllBytesAsync(Operations);

    [Benchmark(OperationsPerInvoke = Operations)]
    public Task Read() => _work.ReadAsync(Operations);
}
