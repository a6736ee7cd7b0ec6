using BenchmarkDotNet.Running;
using ImageStorage.Benchmarks;
using ImageStorage.Benchmarks.Goals;
using ImageStorage.Benchmarks.HitRates;
using ImageStorage.Benchmarks.Shared;
using ImageStorage.Benchmarks.Suites;

// Without "goals" or "hitrates" the arguments are BenchmarkDotNet's. See benchmarks/README.md.
Arguments options;
try
{
    options = new Arguments(args, GoalsCommand.Groups);
}
catch (ArgumentException exception)
{
    Console.Error.WriteLine(exception.Message);
    return 1;
}

if (options.HitRates)
{
    await HitRateCommand.RunAsync(options);
    return 0;
}

using var folder = WorkFolder.Open(options.Folder, options.Keep);
if (options.Goals)
{
    await GoalsCommand.RunAsync(options);
}
else
{
    if (options.Million)
    {
        PageBenchmarks.StoreSizes = [.. PageBenchmarks.StoreSizes, 1_000_000];
    }

    BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(options.Rest, BenchmarkConfig.Create(Path.Combine(Environment.CurrentDirectory, "BenchmarkDotNet.Artifacts")));
}

return 0;
