using BitFaster.Caching;
using BitFaster.Caching.Lfu;
using BitFaster.Caching.Lru;
using BitFaster.Caching.Scheduler;

namespace ImageStorage.Benchmarks.HitRates.Caches;

/// <summary>
/// A cache of BitFaster.Caching. These caches have no budget in bytes: the number of entries is the budget divided by
/// the mean length, so the number of bytes depends on the images. Configured as in the analysis of hit rates of that
/// project: one stripe, and maintenance on the calling thread, which loses no access.
/// </summary>
internal sealed class CountedCache : IMeasuredCache
{
    private readonly ImageTrace _trace;
    private readonly ICache<int, int> _cache;

    private CountedCache(ImageTrace trace, ICache<int, int> cache, string name)
    {
        (_trace, _cache, Name) = (trace, cache, name);
    }

    public string Name { get; }

    public long Bytes => _cache.Sum(entry => (long)entry.Value);

    public static CountedCache Lru(ImageTrace trace, long budget) =>
        new(trace, new ConcurrentLru<int, int>(1, CountOf(trace, budget), EqualityComparer<int>.Default), "BitFaster ConcurrentLru");

    public static CountedCache Lfu(ImageTrace trace, long budget) =>
        new(trace, new ConcurrentLfu<int, int>(1, CountOf(trace, budget), new ForegroundScheduler(), EqualityComparer<int>.Default), "BitFaster ConcurrentLfu");

    public ValueTask<bool> RequestAsync(int image)
    {
        if (_cache.TryGet(image, out _))
        {
            return ValueTask.FromResult(true);
        }

        _cache.AddOrUpdate(image, _trace.Lengths[image]);
        return ValueTask.FromResult(false);
    }

    public void Dispose()
    {
    }

    private static int CountOf(ImageTrace trace, long budget) => (int)(budget * trace.Lengths.Count / trace.TotalBytes);
}
