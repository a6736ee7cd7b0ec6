using Microsoft.Extensions.Caching.Memory;

namespace ImageStorage.Benchmarks.HitRates.Caches;

/// <summary>
/// <see cref="MemoryCache"/> with a <see cref="MemoryCacheOptions.SizeLimit"/>. An entry that does not fit is dropped,
/// and a twentieth of the cache is cleared on the thread pool; further entries are dropped until then. Their number
/// depends on the rate of requests, so both ways are measured.
/// </summary>
/// <param name="trace">The trace.</param>
/// <param name="budget">The size limit.</param>
/// <param name="awaitsCompaction">Whether to wait for the clearing, as with slow requests, instead of continuing at
/// full speed.</param>
internal sealed class SizedMemoryCache(ImageTrace trace, long budget, bool awaitsCompaction) : IMeasuredCache
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private readonly MemoryCache _cache = Create(budget);
    private readonly long _compacted = budget - (long)(budget * new MemoryCacheOptions().CompactionPercentage);
    private readonly (string Key, CachedValue Value)[] _images = CachedValue.AllOf(trace);

    public string Name => awaitsCompaction ? "MemoryCache, compaction awaited" : "MemoryCache";

    public long Bytes => BytesOf(_cache);

    /// <summary>Creates a cache with this limit that counts its bytes.</summary>
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

    // An entry that never fits requests another compaction: none starts while the previous one ends, though an entry
    // was dropped.
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
