using BenchmarkDotNet.Attributes;
using ImageStorage.Benchmarks.Shared;
using ImageStorage.Benchmarks.Work;

namespace ImageStorage.Benchmarks.Suites;

/// <summary>Measures the cost of a fallback that is not needed.</summary>
public class FailoverBenchmarks
{
    private const int Operations = 64;
    private FailoverWork _work = null!;

    /// <summary>Gets or sets whether the store has a fallback.</summary>
    [Params(false, true)]
    public bool WithFallback { get; set; }

    [GlobalSetup]
    public async Task SetupAsync()
    {
        _work = await FailoverWork.InMemoryAsync(ImageSizes.Small);
        await InfoAsync();
        await ReadAsync();
        await SaveAsync();
    }

    [GlobalCleanup]
    public async Task CleanupAsync() => await _work.DisposeAsync();

    [Benchmark(OperationsPerInvoke = Operations)]
    public Task InfoAsync() => WithFallback ? _work.InfoLayeredAsync(Operations) : _work.InfoAloneAsync(Operations);

    [Benchmark(OperationsPerInvoke = Operations)]
    public Task ReadAsync() => WithFallback ? _work.ReadLayeredAsync(Operations) : _work.ReadAloneAsync(Operations);

    [Benchmark(OperationsPerInvoke = Operations)]
    public Task SaveAsync() => WithFallback ? _work.SaveLayeredAsync(Operations) : _work.SaveAloneAsync(Operations);
}
