using BenchmarkDotNet.Attributes;
using ImageStorage.Benchmarks.Work;

namespace ImageStorage.Benchmarks.Suites;

/// <summary>Measures opening stores of different sizes.</summary>
public class OpenBenchmarks
{
    private const int Operations = 8;
    private OpenWork _few = null!;
    private OpenWork _many = null!;

    [GlobalSetup]
    public async Task SetupAsync()
    {
        _few = await OpenWork.CreateAsync(100);
        _many = await OpenWork.CreateAsync(100_000);
        await _few.OpenAndListAsync(200);
        await _many.OpenAndListAsync(200);
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Operations)]
    public Task Store_of_100() => _few.OpenAsync(Operations);

    [Benchmark(OperationsPerInvoke = Operations)]
    public Task Store_of_100000() => _many.OpenAsync(Operations);

    [Benchmark(OperationsPerInvoke = Operations)]
    public Task Store_of_100_and_newest() => _few.OpenAndListAsync(Operations);

    [Benchmark(OperationsPerInvoke = Operations)]
    public Task Store_of_100000_and_newest() => _many.OpenAndListAsync(Operations);
}
