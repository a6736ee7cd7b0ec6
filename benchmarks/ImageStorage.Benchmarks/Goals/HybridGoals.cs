using ImageStorage.Benchmarks.Shared;
using ImageStorage.Benchmarks.Work;

namespace ImageStorage.Benchmarks.Goals;

/// <summary>The rows of saves into a LiteDB catalog with a folder for the content, against a folder alone.</summary>
internal static class HybridGoals
{
    private const double Limit = 1.6;

    public static async IAsyncEnumerable<GoalRow> SavesAsync()
    {
        foreach (var (length, operations) in new[] { (ImageSizes.Small, 8), (ImageSizes.Medium, 4) })
        {
            using var work = new HybridSaveWork(length);
            var spreads = await Rounds.MeasureAsync(new RoundPlan(operations, 150, ImageSizes.WarmUp(length)), work.FolderAsync, work.HybridAsync);
            yield return new GoalRow { Row = "save, hybrid (LiteDB + folder)", Size = ImageSizes.NameOf(length), Unit = Unit.Seconds, Baseline = "filesystem provider", Raw = spreads[0], Ours = spreads[1] }.WithRatioAtMost(Limit);
        }
    }
}
