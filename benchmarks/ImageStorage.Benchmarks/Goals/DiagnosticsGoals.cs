using ImageStorage.Benchmarks.Work;

namespace ImageStorage.Benchmarks.Goals;

/// <summary>The rows of the measuring of operations, compared with a store that measures nothing.</summary>
internal static class DiagnosticsGoals
{
    private const double RecordLimit = 100e-9;
    private const double QuietLimit = 200e-9;
    private const double HeardLimit = 2e-6;
    private const double ReportLimit = 10e-3;
    private const int Operations = 8192;
    private const int RoundCount = 200;
    private static readonly RoundPlan Plan = new(Operations, RoundCount, Operations * 8);

    public static async IAsyncEnumerable<GoalRow> MeasureAsync()
    {
        using var work = await DiagnosticsWork.CreateAsync();
        var spreads = await Rounds.MeasureAsync(Plan, work.UnmeasuredAsync, work.MeasuredAsync, work.HeardAsync, work.RecordAsync);
        yield return Row("record one operation", Unit.Seconds, "–", null, spreads[3]).WithAtMost(RecordLimit);
        yield return Row("info, measured by store and part, without a listener", Unit.Seconds, Unmeasured, spreads[0], spreads[1]).WithAtMostMore(QuietLimit);
        yield return Row("info, measured, a listener of the metrics", Unit.Seconds, Unmeasured, spreads[0], spreads[2]).WithAtMostMore(HeardLimit);

        var unmeasured = await Allocations.MeasureAsync(Operations, work.UnmeasuredAsync);
        yield return Row("allocated by a measured info, without a listener", Unit.Bytes, Unmeasured, unmeasured, await Allocations.MeasureAsync(Operations, work.MeasuredAsync)).WithAtMostMore(0.5);

        var report = await Rounds.MeasureAsync(new RoundPlan(1, RoundCount, 10), work.ReportAsync);
        yield return Row("figures of a report", Unit.Seconds, "–", null, report[0]).WithAtMost(ReportLimit);
    }

    private const string Unmeasured = "the same store without measuring";

    private static GoalRow Row(string name, Unit unit, string baseline, Spread? raw, Spread ours) =>
        new() { Row = name, Size = "–", Unit = unit, Baseline = baseline, Raw = raw, Ours = ours };
}
