using System.Globalization;
using ImageStorage.Benchmarks.Work;

namespace ImageStorage.Benchmarks.Goals;

/// <summary>The rows of large stores: pages and opening.</summary>
internal static class StoreGoals
{
    private const int Few = 100;
    private const int Many = 100_000;
    private const int VeryMany = 1_000_000;
    private const double PageSeconds = 3e-3;
    private const double PageBytes = 256 << 10;
    private const double GrowthLimit = 2.0;
    private const double OpenLimit = 1.5;
    private const double WalkLimit = 3.0;
    private static readonly RoundPlan PagePlan = new(4, 100, 400);

    public static async IAsyncEnumerable<GoalRow> PageAsync(bool million)
    {
        using var many = await PageWork.CreateAsync(Many);
        using var veryMany = million ? await PageWork.CreateAsync(VeryMany) : null;
        Func<int, Task>[] contenders = [many.RawAsync, many.NewestAsync, many.MiddleAsync];
        var spreads = await Rounds.MeasureAsync(PagePlan, veryMany is null ? contenders : [.. contenders, veryMany.NewestAsync, veryMany.MiddleAsync]);
        var row = new GoalRow { Row = "newest page of 50", Size = SizeOf(Many), Unit = Unit.Seconds, Baseline = "50 × open + read 4 KB", Raw = spreads[0], Ours = spreads[1] };
        yield return row.WithAtMost(PageSeconds);
        yield return row with { Row = "page of 50 in the middle, by token", Ours = spreads[2] };
        yield return (await AllocatedAsync(many)).WithAtMost(PageBytes);
        if (veryMany is not null)
        {
            row = row with { Size = SizeOf(VeryMany), Baseline = $"the same of {SizeOf(Many)}" };
            yield return (row with { Raw = spreads[1], Ours = spreads[3] }).WithRatioAtMost(GrowthLimit);
            yield return row with { Row = "page of 50 in the middle, by token", Raw = spreads[2], Ours = spreads[4] };
        }
    }

    public static async IAsyncEnumerable<GoalRow> OpenAsync()
    {
        var few = await OpenWork.CreateAsync(Few);
        var many = await OpenWork.CreateAsync(Many);
        var spreads = await Rounds.MeasureAsync(new RoundPlan(8, 150, 800), few.OpenAsync, many.OpenAsync, few.OpenAndListAsync, many.OpenAndListAsync);
        var row = new GoalRow { Row = "open a store, first info", Size = SizeOf(Many), Unit = Unit.Seconds, Baseline = $"the same of {SizeOf(Few)}", Raw = spreads[0], Ours = spreads[1] };
        yield return row.WithRatioAtMost(OpenLimit);
        yield return (row with { Row = "open a store, first info, newest image", Raw = spreads[2], Ours = spreads[3] }).WithRatioAtMost(OpenLimit);
    }

    public static async IAsyncEnumerable<GoalRow> WalkAsync(bool million)
    {
        foreach (var images in (int[])(million ? [Many, VeryMany] : [Many]))
        {
            using var work = await WalkWork.CreateAsync(images);
            var spreads = await Rounds.MeasureAsync(new RoundPlan(1, 9, 1), work.RawAsync, count => work.WalkAsync(count));
            var row = new GoalRow { Row = "walk by key, one folder", Size = SizeOf(images), Unit = Unit.Seconds, Baseline = "one readdir", Raw = spreads[0], Ours = spreads[1] };
            yield return row.WithRatioAtMost(WalkLimit);
            var peak = new HeapPeak();
            await work.WalkAsync(1, peak);
            yield return new GoalRow { Row = "heap at most, walk by key", Size = row.Size, Unit = Unit.Bytes, Baseline = "idle process", Ours = Spread.Of(peak.Bytes) };
        }
    }

    private static async Task<GoalRow> AllocatedAsync(PageWork work) => new()
    {
        Row = "newest page of 50, allocated",
        Size = SizeOf(Many),
        Unit = Unit.Bytes,
        Baseline = "50 × open + read 4 KB",
        Raw = await Allocations.MeasureAsync(20, work.RawAsync),
        Ours = await Allocations.MeasureAsync(20, work.NewestAsync),
    };

    private static string SizeOf(int images) => string.Create(CultureInfo.InvariantCulture, $"{images:#,0} images");
}
