using System.Globalization;
using ImageStorage.Benchmarks.Goals;

namespace ImageStorage.Benchmarks.HitRates;

/// <summary>
/// The rows of the hit rates: the default policy compared with its minimum and with the best other cache, and our LRU
/// compared with the reference.
/// </summary>
internal static class HitRateGoals
{
    private const double Share = 0.1;
    private const double LruTolerance = 0.001;
    private static readonly Dictionary<string, double> Least = new() { [TraceShape.Zipf10.Name] = 0.8, [TraceShape.Scans.Name] = 0.79 };

    /// <summary>Returns the rows with a goal.</summary>
    public static async IAsyncEnumerable<GoalRow> MeasureAsync(HitRateRun run)
    {
        await foreach (var rates in run.MeasureAsync([TraceShape.Zipf10, TraceShape.Scans], [Share]))
        {
            foreach (var row in RowsOf(rates))
            {
                yield return row;
            }
        }
    }

    /// <summary>Returns the rows of one trace and one budget.</summary>
    public static IEnumerable<GoalRow> RowsOf(IReadOnlyList<HitRate> rates)
    {
        var (ours, reference) = (Of(CacheRole.Default), Of(CacheRole.Reference));
        var best = rates.Where(rate => rate.Role == CacheRole.Other).MaxBy(rate => rate.Rate)!;
        if (ours.Share == Share && Least.TryGetValue(ours.Trace, out var least))
        {
            yield return RowOf(ours, reference, reference.Cache).WithAtLeast(least);
        }

        yield return RowOf(ours, best, $"best of the others: {best.Cache}").WithMoreThanRaw();
        yield return RowOf(Of(CacheRole.LeastRecentlyUsed), reference, reference.Cache).WithEqualToRaw(LruTolerance);

        HitRate Of(CacheRole role) => rates.Single(rate => rate.Role == role);
    }

    private static GoalRow RowOf(HitRate ours, HitRate against, string baseline) => new()
    {
        Row = $"hit rate, {ours.Cache}",
        Size = string.Create(CultureInfo.InvariantCulture, $"{ours.Trace}, {ours.Share * 100} %"),
        Unit = Unit.Share,
        Baseline = baseline,
        Raw = Spread.Of(against.Rate),
        Ours = Spread.Of(ours.Rate),
    };
}
