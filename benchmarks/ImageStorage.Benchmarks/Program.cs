using BenchmarkDotNet.Running;
using ImageStorage.Benchmarks;
using ImageStorage.Benchmarks.Goals;
using ImageStorage.Benchmarks.Shared;
using ImageStorage.Benchmarks.Suites;

// Without "goals" the arguments are BenchmarkDotNet's. See benchmarks/README.md.
try
{
    var options = new Arguments(args);
    using var folder = WorkFolder.Open(options.Folder, options.Keep);
    if (options.Goals)
    {
        return await GoalsCommand.RunAsync(options);
    }

    if (options.Million)
    {
        PageBenchmarks.StoreSizes = [.. PageBenchmarks.StoreSizes, 1_000_000];
    }

    BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(options.Rest, BenchmarkConfig.Create(Path.Combine(Environment.CurrentDirectory, "BenchmarkDotNet.Artifacts")));
    return 0;
}
catch (ArgumentException exception)
{
    Console.Error.WriteLine(exception.Message);
    return 1;
}
