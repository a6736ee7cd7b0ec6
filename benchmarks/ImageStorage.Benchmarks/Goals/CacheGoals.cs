using System.Globalization;
using ImageStorage.Benchmarks.Shared;
using ImageStorage.Benchmarks.Work;

namespace ImageStorage.Benchmarks.Goals;

/// <summary>The rows of opening a cached image, compared with other caches.</summary>
internal static class CacheGoals
{
    private const double RatioLimit = 5;
    private const double AllocatedLimit = 200;
    private const double DiskRatioLimit = 1.2;
    private const int Operations = 4096;
    private const int DiskOperations = 64;
    private const int RoundCount = 200;
    private static readonly int Threads = Math.Max(2, Environment.ProcessorCount);
    private static readonly RoundPlan Plan = new(Operations, RoundCount, ImageSizes.WarmUp(ImageSizes.Small));

    public static async IAsyncEnumerable<GoalRow> MeasureAsync()
    {
        await using (var work = await CacheWork.CreateAsync(ImageSizes.Medium))
        {
            await foreach (var row in MemoryHitsAsync(work))
            {
                yield return row;
            }
        }

        await using (var work = await DiskCacheWork.CreateAsync(ImageSizes.Medium))
        {
            var spreads = await Rounds.MeasureAsync(new RoundPlan(DiskOperations, RoundCount, ImageSizes.WarmUp(ImageSizes.Medium)), work.ReadAsync, work.HitAsync);
            yield return Row("disk-cache hit", Unit.Seconds, "read of the filesystem provider", spreads[0], spreads[1]).WithRatioAtMost(DiskRatioLimit);
        }
    }

    /// <summary>
    /// The hits of the memory tier, compared with each other cache. Only the row of <c>MemoryCache</c>, the first, has
    /// a goal.
    /// </summary>
    private static async IAsyncEnumerable<GoalRow> MemoryHitsAsync(CacheWork work)
    {
        (string Name, Func<int, Task> Hit)[] others =
        [
            ("MemoryCache.TryGetValue", work.HitMemoryCacheAsync),
            ("FusionCache.TryGet", work.HitFusionCacheAsync),
            ("HybridCache.GetOrCreateAsync", work.HitHybridCacheAsync),
            ("ConcurrentLru.TryGet", work.HitConcurrentLruAsync),
            ("ConcurrentLfu.TryGet", work.HitConcurrentLfuAsync),
            ("ConcurrentDictionary.TryGetValue", work.HitDictionaryAsync),
        ];
        Func<int, Task>[] all = [.. others.Select(other => other.Hit), work.HitAsync];
        var hits = await Rounds.MeasureAsync(Plan, all);
        for (var index = 0; index < others.Length; index++)
        {
            var row = Row("memory-cache hit", Unit.Seconds, others[index].Name, hits[index], hits[^1]);
            yield return index == 0 ? row.WithRatioAtMost(RatioLimit) : row;
        }

        var concurrent = await Rounds.MeasureAsync(Plan with { Operations = Operations * Threads }, Array.ConvertAll(all, OnThreads));
        for (var index = 0; index < others.Length; index++)
        {
            yield return Row(string.Create(CultureInfo.InvariantCulture, $"memory-cache hits a second, {Threads} threads"), Unit.PerSecond, others[index].Name, concurrent[index].PerSecond(), concurrent[^1].PerSecond());
        }

        var allocated = await Allocations.MeasureAsync(Operations, work.HitAsync);
        for (var index = 0; index < others.Length; index++)
        {
            var row = Row("allocated by a memory-cache hit", Unit.Bytes, others[index].Name, await Allocations.MeasureAsync(Operations, others[index].Hit), allocated);
            yield return index == 0 ? row.WithAtMost(AllocatedLimit) : row;
        }
    }

    private static Func<int, Task> OnThreads(Func<int, Task> hit) =>
        count => Task.WhenAll(Enumerable.Range(0, Threads).Select(_ => Task.Run(() => hit(count / Threads))));

    private static GoalRow Row(string name, Unit unit, string baseline, Spread raw, Spread ours) =>
        new() { Row = name, Size = ImageSizes.NameOf(ImageSizes.Medium), Unit = unit, Baseline = baseline, Raw = raw, Ours = ours };
}
