using ImageStorage.Benchmarks.Shared;
using ImageStorage.Benchmarks.Work;

namespace ImageStorage.Benchmarks.Goals;

/// <summary>The row of a transaction of ten saves, against the same ten saves without one.</summary>
internal static class TransactionGoals
{
    private const double Limit = 1.5;

    public static async IAsyncEnumerable<GoalRow> SavesAsync()
    {
        using var work = new TransactionWork(ImageSizes.Medium);
        var spreads = await Rounds.MeasureAsync(new RoundPlan(1, 60, ImageSizes.WarmUp(ImageSizes.Medium)), work.BareAsync, work.TransactionAsync);
        yield return new GoalRow { Row = "transaction of 10 saves, filesystem", Size = ImageSizes.NameOf(ImageSizes.Medium), Unit = Unit.Seconds, Baseline = "10 bare saves", Raw = spreads[0], Ours = spreads[1] }.WithRatioAtMost(Limit);
    }
}
