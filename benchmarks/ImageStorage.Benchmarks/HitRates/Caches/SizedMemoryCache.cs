using Microsoft.Extensions.Caching.Memory;

namespace ImageStorage.Benchmarks.HitRates.Caches;

/// <summary>
/// <see cref="MemoryCache"/> with a <see cref="MemoryCacheOptions.SizeLimit"/>. When an entry does not fit it is dropped, and a twentieth of the cache is cleared on the
/// thread pool; until that is done, further entries are dropped. How many depends on how fast requests come, so it is measured both ways.
/// </summary>
/// <param name="trace">The trace.</param>
/// <param name="budget">The size limit.</param>
/// <param name="awaitsCompaction">Wait for the clearing, as if requests came slowly, instead of asking on as fast as it goes.</param>
internal sealed class SizedMemoryCache(ImageTrace trace, long budget, bool awaitsCompaction) : IMeasuredCache
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private readonly MemoryCache _cache = Create(budget);
    private readonly long _compacted = budget - (long)(budget * new MemoryCacheOptions().CompactionPercentage);
    private readonly (string Key, CachedValue Value)[] _images = CachedValue.AllOf(trace);

    public string Name => awaitsCompaction ? "MemoryCache, compaction awaited" : "MemoryCache";

    public long Bytes => BytesOf(_cache);

    /// <summary>A cache with this limit that tells how much it holds.</summary>
    public static MemoryCache Create(long budget) => new(new MemoryCacheOptions { SizeLimit = budget, TrackStatistics = true });

    public static long BytesOf(MemoryCache cache) => cache.GetCurrentStatistics()!.CurrentEstimatedSize!.Value;

    public ValueTask<bool> RequestAsync(int image)
    {
        var (key, value) = _images[image];
        if (_cache.TryGetValue(key, out _))
        {
            return ValueTask.FromResult(true);
        }

        _cache.Set(key, value, new MemoryCacheEntryOptions { Size = value.Length, AbsoluteExpirationRelativeToNow = Day });
        if (awaitsCompaction && !_cache.TryGetValue(key, out _))
        {
            SpinWait.SpinUntil(IsCompacted);
        }

        return ValueTask.FromResult(false);
    }

    public void Dispose() => _cache.Dispose();

    // An entry that never fits asks for a compaction once more: while one is ending none is begun, though an entry was dropped.
    private bool IsCompacted()
    {
        if (Bytes <= _compacted)
        {
            return true;
        }

        _cache.Set(string.Empty, this, new MemoryCacheEntryOptions { Size = long.MaxValue });
        return false;
    }
}
