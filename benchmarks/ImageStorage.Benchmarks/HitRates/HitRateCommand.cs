using System.Diagnostics;
using System.Globalization;
using ImageStorage.Benchmarks.Goals;

namespace ImageStorage.Benchmarks.HitRates;

/// <summary>Measures the hit rates of all caches on all traces and budgets, prints the tables and saves them.</summary>
internal static class HitRateCommand
{
    public static async Task RunAsync(Arguments options)
    {
        var started = Stopwatch.GetTimestamp();
        var run = new HitRateRun(options.Images, options.Seed);
        var machine = new OrderedDictionary<string, string>(MachineFacts.CollectProcess())
        {
            ["Seed"] = run.Seed.ToString(CultureInfo.InvariantCulture),
            ["Images"] = run.Images.ToString("#,0", CultureInfo.InvariantCulture),
            ["Requests of each trace"] = run.Requests.ToString("#,0", CultureInfo.InvariantCulture),
        };
        var rates = new List<HitRate>();
        var rows = new List<GoalRow>();
        await foreach (var measured in run.MeasureAsync(TraceShape.All, HitRateRun.AllShares))
        {
            rates.AddRange(measured);
            rows.AddRange(HitRateGoals.RowsOf(measured));
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{rows[^1].Size}: {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s"));
        }

        machine["Time taken"] = string.Create(CultureInfo.InvariantCulture, $"{Stopwatch.GetElapsedTime(started).TotalSeconds:0} s");
        var report = new HitRateReport(machine, rates, rows);
        Console.WriteLine(report.ToMarkdown());
        if (options.Images == Arguments.UsualImages || options.Results is not null)
        {
            ReportFiles.Keep(options.Results, "-hitrates", report.ToMarkdown(), report.ToJson());
        }
    }
}
