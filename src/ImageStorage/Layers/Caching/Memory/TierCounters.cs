namespace ImageStorage.Caching.Memory;

/// <summary>The counters of a tier. Changed under the lock of the tier.</summary>
internal struct TierCounters
{
    public long Hits;
    public long Misses;
    public long Evictions;
    public long Expirations;
    public long Invalidations;
    public long Rejections;

    public readonly CacheTierStatistics ToStatistics(long entries, long bytes, long? limit) => new()
    {
        Hits = Hits,
        Misses = Misses,
        Entries = entries,
        Bytes = bytes,
        LimitBytes = limit,
        Evictions = Evictions,
        Expirations = Expirations,
        Invalidations = Invalidations,
        Rejections = Rejections,
    };
}
