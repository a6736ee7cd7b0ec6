using ImageStorage.Benchmarks.Shared;
using ImageStorage.Benchmarks.Work;

namespace ImageStorage.Benchmarks.Goals;

/// <summary>The rows of single saves.</summary>
internal static class SaveGoals
{
    private static readonly (int Length, double Limit)[] FullLimits = [(ImageSizes.Small, 1.35), (ImageSizes.Medium, 1.20), (ImageSizes.Large, 1.05)];
    private static readonly (int Length, double Limit)[] RelaxedLimits = [(ImageSizes.Small, 1.6), (ImageSizes.Medium, 1.4), (ImageSizes.Large, 1.2)];
    private const double Sha256Limit = 1.3;

    public static async IAsyncEnumerable<GoalRow> FullAsync()
    {
        foreach (var (length, limit) in FullLimits)
        {
            using var work = new SaveWork(length, Durability.Full, ContentIdentity.Sha256);
            var (raw, ours) = await MeasureAsync(work, PlanFor(length, relaxed: false));
            yield return new GoalRow { Row = "save, Full, SHA-256", Size = ImageSizes.NameOf(length), Unit = Unit.Seconds, Baseline = "raw durable", Raw = raw, Ours = ours }.WithRatioAtMost(limit);
        }
    }

    public static async IAsyncEnumerable<GoalRow> RelaxedAsync()
    {
        foreach (var (length, limit) in RelaxedLimits)
        {
            using var work = new SaveWork(length, Durability.Relaxed, ContentIdentity.XxHash128);
            var (raw, ours) = await MeasureAsync(work, PlanFor(length, relaxed: true));
            yield return new GoalRow { Row = "save, Relaxed, XxHash128", Size = ImageSizes.NameOf(length), Unit = Unit.Seconds, Baseline = "temp + rename", Raw = raw, Ours = ours }.WithRatioAtMost(limit);
        }
    }

    public static async IAsyncEnumerable<GoalRow> Sha256Async()
    {
        foreach (var (length, _) in RelaxedLimits)
        {
            using var work = new SaveWork(length, Durability.Relaxed, ContentIdentity.Sha256);
            var spreads = await Rounds.MeasureAsync(PlanFor(length, relaxed: true), work.RawAsync, work.HashAsync, work.SaveAsync);
            var (write, hash, ours) = (spreads[0], spreads[1], spreads[2]);
            var (baseline, raw) = hash.Median > write.Median ? ("SHA-256 alone", hash) : ("temp + rename", write);
            yield return new GoalRow { Row = "save, Relaxed, SHA-256", Size = ImageSizes.NameOf(length), Unit = Unit.Seconds, Baseline = $"{baseline}, the slower", Raw = raw, Ours = ours }.WithRatioAtMost(Sha256Limit);
        }
    }

    private static async Task<(Spread Raw, Spread Ours)> MeasureAsync(SaveWork work, RoundPlan plan)
    {
        var spreads = await Rounds.MeasureAsync(plan, work.RawAsync, work.SaveAsync);
        return (spreads[0], spreads[1]);
    }

    private static RoundPlan PlanFor(int length, bool relaxed) => length switch
    {
        ImageSizes.Small => new RoundPlan(relaxed ? 20 : 8, 250, ImageSizes.WarmUp(length), relaxed ? length : 0),
        ImageSizes.Medium => new RoundPlan(relaxed ? 8 : 4, 150, ImageSizes.WarmUp(length), relaxed ? length : 0),
        _ => new RoundPlan(1, 60, ImageSizes.WarmUp(length), relaxed ? length : 0),
    };
}
