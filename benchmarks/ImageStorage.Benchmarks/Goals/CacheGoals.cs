using ImageStorage.Benchmarks.Shared;
using ImageStorage.Benchmarks.Work;

namespace ImageStorage.Benchmarks.Goals;

/// <summary>What opening an image costs that the cache has in memory.</summary>
internal static class CacheGoals
{
    private const double RatioLimit = 5;
    private const double AllocatedLimit = 200;
    private const int Operations = 4096;
    private const int RoundCount = 200;
    private const string Baseline = "MemoryCache.TryGetValue";

    public static async IAsyncEnumerable<GoalRow> HitsAsync()
    {
        await using var work = await CacheWork.CreateAsync(ImageSizes.Medium);
        var spreads = await Rounds.MeasureAsync(new RoundPlan(Operations, RoundCount, ImageSizes.WarmUp(ImageSizes.Small)), work.HitRawAsync, work.HitAsync);
        yield return Row("memory-cache hit", Unit.Seconds, spreads[0], spreads[1]).WithRatioAtMost(RatioLimit);
        yield return Row("allocated by a memory-cache hit", Unit.Bytes, await Allocations.MeasureAsync(Operations, work.HitRawAsync), await Allocations.MeasureAsync(Operations, work.HitAsync)).WithAtMost(AllocatedLimit);
    }

    private static GoalRow Row(string name, Unit unit, Spread raw, Spread ours) => new() { Row = name, Size = ImageSizes.NameOf(ImageSizes.Medium), Unit = unit, Baseline = Baseline, Raw = raw, Ours = ours };
}
