using ImageStorage.Benchmarks.Shared;
using ImageStorage.Benchmarks.Work;

namespace ImageStorage.Benchmarks.Goals;

/// <summary>The row of a durable copy inside a folder, against a durable copy of a file.</summary>
internal static class CopyGoals
{
    private const double Limit = 1.3;

    public static async IAsyncEnumerable<GoalRow> CopiesAsync()
    {
        using var work = await CopyWork.CreateAsync(ImageSizes.Large);
        var spreads = await Rounds.MeasureAsync(new RoundPlan(1, 60, ImageSizes.WarmUp(ImageSizes.Large)), work.RawAsync, work.CopyAsync);
        yield return new GoalRow { Row = "copy, filesystem, Full", Size = ImageSizes.NameOf(ImageSizes.Large), Unit = Unit.Seconds, Baseline = "File.Copy, flush, rename, flush of the folder", Raw = spreads[0], Ours = spreads[1] }.WithRatioAtMost(Limit);
    }
}
