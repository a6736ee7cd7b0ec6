using ImageStorage.Benchmarks.Shared;
using ImageStorage.Benchmarks.Work;

namespace ImageStorage.Benchmarks.Goals;

/// <summary>The rows of reads and infos.</summary>
internal static class ReadGoals
{
    private static readonly (int Length, double Limit)[] Limits = [(ImageSizes.Small, 2.0), (ImageSizes.Medium, 1.6), (ImageSizes.Large, 2.0)];
    private const double InfoLimit = 1.5;

    public static async IAsyncEnumerable<GoalRow> ReadAsync()
    {
        foreach (var (length, limit) in Limits)
        {
            using var work = await ReadWork.CreateAsync(length);
            var plan = length switch
            {
                ImageSizes.Small => new RoundPlan(100, 250, 3000),
                ImageSizes.Medium => new RoundPlan(40, 250, 3000),
                _ => new RoundPlan(4, 150, 200),
            };
            var spreads = await Rounds.MeasureAsync(plan, work.RawAsync, work.ReadAllBytesAsync, work.ReadAsync);
            var row = new GoalRow { Row = "read to a stream, verified", Size = ImageSizes.NameOf(length), Unit = Unit.Seconds, Baseline = "RandomAccess.Read, pooled", Raw = spreads[0], Ours = spreads[2] };
            yield return row.WithRatioAtMost(limit);

            row = row with { Baseline = "File.ReadAllBytes", Raw = spreads[1] };
            yield return length == ImageSizes.Small ? row : row.WithRatioBelow(1.0);
        }
    }

    public static async IAsyncEnumerable<GoalRow> InfoAsync()
    {
        using var work = await ReadWork.CreateAsync(ImageSizes.Small);
        var spreads = await Rounds.MeasureAsync(new RoundPlan(100, 250, 3000), work.RawEndAsync, work.GetInfoAsync);
        yield return new GoalRow { Row = "GetInfoAsync", Size = ImageSizes.NameOf(ImageSizes.Small), Unit = Unit.Seconds, Baseline = "open + read 4 KB at the end", Raw = spreads[0], Ours = spreads[1] }.WithRatioAtMost(InfoLimit);
    }
}
