using BenchmarkDotNet.Attributes;
using ImageStorage.Benchmarks.Shared;
using ImageStorage.Benchmarks.Work;

namespace ImageStorage.Benchmarks.Suites;

/// <summary>What does a fallback cost while it is not needed?</summary>
public class FailoverBenchmarks
{
    private const int Operations = 64;
    private FailoverWork _work = null!;

    /// <summary>Without a fallback, or with one.</summary>
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
