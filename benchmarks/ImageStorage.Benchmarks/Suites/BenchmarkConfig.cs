using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Engines;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace ImageStorage.Benchmarks.Suites;

/// <summary>
/// Configures all classes: many short iterations of a fixed number of operations, with a memory column.
/// </summary>
internal static class BenchmarkConfig
{
    // Filling the large stores takes long.
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(30);

    /// <remarks>
    /// The number of operations is fixed: otherwise BenchmarkDotNet would choose iterations of half a second and write
    /// gigabytes. The classes run in this process: generated projects would have to restore packages without a lock
    /// file, and would fill each store again.
    /// </remarks>
    public static IConfig Create(string artifacts) => ManualConfig.Create(DefaultConfig.Instance)
        .WithArtifactsPath(artifacts)
        .AddDiagnoser(MemoryDiagnoser.Default)
        .AddColumn(StatisticColumn.Median)
        .AddJob(Job.Default
            .WithToolchain(new InProcessEmitToolchain(Timeout, logOutput: false))
            .WithStrategy(RunStrategy.Throughput)
            .WithInvocationCount(1)
            .WithUnrollFactor(1)
            .WithWarmupCount(5)
            .WithIterationCount(40));
}
