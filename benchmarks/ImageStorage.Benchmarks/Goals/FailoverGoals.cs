using ImageStorage.Benchmarks.Shared;
using ImageStorage.Benchmarks.Work;

namespace ImageStorage.Benchmarks.Goals;

/// <summary>
/// The rows of a fallback that is never needed: a store with the layers of the failover, compared with the same store
/// without.
/// </summary>
internal static class FailoverGoals
{
    private const double TimeLimit = 5e-6;
    private const double AllocatedLimit = 1024;
    private const int Operations = 64;
    private const int RoundCount = 300;
    private const int AllocatingOperations = 2000;

    public static async IAsyncEnumerable<GoalRow> MeasureAsync()
    {
        await using (var work = await FailoverWork.InMemoryAsync(ImageSizes.Small))
        {
            await foreach (var row in RowsAsync(work, "in memory", ("save", work.OverwriteAloneAsync, work.OverwriteLayeredAsync)))
            {
                yield return row;
            }
        }

        await using (var work = await FailoverWork.InFoldersAsync(ImageSizes.Small))
        {
            await foreach (var row in RowsAsync(work, "folder", ("save", work.SaveAloneAsync, work.SaveLayeredAsync)))
            {
                yield return row;
            }

            // ext4 flushes a file that is renamed over another file. The time varies far more than the layers take, so
            // no goal can be judged.
            var spreads = await Rounds.MeasureAsync(Plan, work.OverwriteAloneAsync, work.OverwriteLayeredAsync);
            yield return Row("failover, healthy: overwrite", "folder", Unit.Seconds, spreads[0], spreads[1]);
        }
    }

    private static RoundPlan Plan => new(Operations, RoundCount, ImageSizes.WarmUp(ImageSizes.Small), ImageSizes.Small);

    private static async IAsyncEnumerable<GoalRow> RowsAsync(FailoverWork work, string store, (string Name, Func<int, Task> Alone, Func<int, Task> Layered) save)
    {
        (string Name, Func<int, Task> Alone, Func<int, Task> Layered)[] calls =
        [
            ("info", work.InfoAloneAsync, work.InfoLayeredAsync),
            ("read", work.ReadAloneAsync, work.ReadLayeredAsync),
            save,
        ];
        foreach (var (name, alone, layered) in calls)
        {
            var spreads = await Rounds.MeasureAsync(Plan, alone, layered);
            yield return Row($"failover, healthy: {name}", store, Unit.Seconds, spreads[0], spreads[1]).WithAtMostMore(TimeLimit);
            yield return Row($"failover, healthy: allocated by {name}", store, Unit.Bytes, await Allocations.MeasureAsync(AllocatingOperations, alone), await Allocations.MeasureAsync(AllocatingOperations, layered))
                .WithAtMostMore(AllocatedLimit);
        }
    }

    private static GoalRow Row(string name, string store, Unit unit, Spread raw, Spread ours) =>
        new() { Row = name, Size = ImageSizes.NameOf(ImageSizes.Small), Unit = unit, Baseline = $"the same store without ({store})", Raw = raw, Ours = ours };
}
