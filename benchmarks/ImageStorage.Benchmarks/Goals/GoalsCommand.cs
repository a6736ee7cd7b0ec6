using System.Diagnostics;
using System.Globalization;
using ImageStorage.Benchmarks.HitRates;
using ImageStorage.Benchmarks.Shared;

namespace ImageStorage.Benchmarks.Goals;

/// <summary>Measures every row of the goals, prints the table and saves it.</summary>
internal static class GoalsCommand
{
    // The peak of the heap first, because other groups leave buffers in the pool.
    private static readonly (string Name, Func<Arguments, IAsyncEnumerable<GoalRow>> Measure)[] All =
    [
        ("memory", _ => MemoryGoals.PeakAsync()),
        ("save-full", _ => SaveGoals.FullAsync()),
        ("save-relaxed", _ => SaveGoals.RelaxedAsync()),
        ("save-sha256", _ => SaveGoals.Sha256Async()),
        ("concurrent", _ => ConcurrentGoals.SavesAsync()),
        ("read", _ => ReadGoals.ReadAsync()),
        ("info", _ => ReadGoals.InfoAsync()),
        ("allocated", _ => MemoryGoals.AllocatedAsync()),
        ("page", options => StoreGoals.PageAsync(options.Million)),
        ("walk", options => StoreGoals.WalkAsync(options.Million)),
        ("open", _ => StoreGoals.OpenAsync()),
        ("hybrid", _ => HybridGoals.SavesAsync()),
        ("failover", _ => FailoverGoals.MeasureAsync()),
        ("transactions", _ => TransactionGoals.SavesAsync()),
        ("copy", _ => CopyGoals.CopiesAsync()),
        ("cache", _ => CacheGoals.MeasureAsync()),
        ("endpoints", _ => EndpointGoals.MeasureAsync()),
        ("diagnostics", _ => DiagnosticsGoals.MeasureAsync()),
        ("hitrates", options => HitRateGoals.MeasureAsync(new HitRateRun(Arguments.UsualImages, options.Seed))),
        ("litedb", _ => LiteDbGoals.MeasureAsync()),
        ("azure", _ => AzureBlobGoals.MeasureAsync()),
        (Newest, options => NewestGoals.MeasureAsync(options.Images)),
    ];

    // Only if named: filling Azurite takes minutes.
    private const string Newest = "newest";

    /// <summary>The names of the groups of rows.</summary>
    public static IReadOnlyCollection<string> Groups { get; } = Array.ConvertAll(All, group => group.Name);

    public static async Task RunAsync(Arguments options)
    {
        var started = Stopwatch.GetTimestamp();
        var machine = new OrderedDictionary<string, string>(MachineFacts.Collect(WorkFolder.Current.Path));
        var rows = new List<GoalRow>();
        foreach (var (name, measure) in All.Where(group => options.Only.Count == 0 ? group.Name != Newest : options.Only.Contains(group.Name)))
        {
            var groupStarted = Stopwatch.GetTimestamp();
            await foreach (var row in measure(options))
            {
                rows.Add(row);
            }

            NativeCalls.Settle();
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: {Stopwatch.GetElapsedTime(groupStarted).TotalSeconds:0.0} s"));
        }

        machine["Time taken"] = string.Create(CultureInfo.InvariantCulture, $"{Stopwatch.GetElapsedTime(started).TotalSeconds:0} s");
        var report = new GoalsReport(machine, rows);
        Console.WriteLine(report.ToMarkdown());
        if (options.Only.Count == 0 || options.Results is not null)
        {
            ReportFiles.Keep(options.Results, string.Empty, report.ToMarkdown(), report.ToJson());
        }
    }
}
