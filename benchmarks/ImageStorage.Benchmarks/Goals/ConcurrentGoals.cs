using ImageStorage.Benchmarks.Shared;
using ImageStorage.Benchmarks.Work;

namespace ImageStorage.Benchmarks.Goals;

/// <summary>The rows of saves by 16 writers.</summary>
internal static class ConcurrentGoals
{
    public static async IAsyncEnumerable<GoalRow> SavesAsync()
    {
        foreach (var length in (int[])[ImageSizes.Small, ImageSizes.Medium])
        {
            using var work = new ConcurrentSaveWork(length);
            var perWriter = length == ImageSizes.Small ? 20 : 8;
            var plan = new RoundPlan(perWriter * ConcurrentSaveWork.Writers, Rounds: 20, WarmUp: 1500 * perWriter / 20);
            var spreads = await Rounds.MeasureAsync(plan, work.RawAsync, work.SaveAsync);
            yield return new GoalRow { Row = "saves a second, Full, 16 writers", Size = ImageSizes.NameOf(length), Unit = Unit.PerSecond, Baseline = "raw durable, 16 threads", Raw = spreads[0].PerSecond(), Ours = spreads[1].PerSecond() }.WithRatioAtLeast(1.0);
        }
    }
}
