namespace ImageStorage.Analytics;

/// <summary>
/// The reads of one tier of the cache for each minute of a day: 1,440 entries of 12 bytes. Not thread-safe.
/// </summary>
internal sealed class CacheHistory
{
    private const int MinutesPerDay = 24 * 60;

    private Reads[]? _minutes;
    private long _hits;
    private long _misses;

    /// <summary>Adds the reads since the last observation to a minute.</summary>
    public void Observe(int minute, CacheTierStatistics statistics)
    {
        var (hits, misses) = (statistics.Hits - _hits, statistics.Misses - _misses);
        (_hits, _misses) = (statistics.Hits, statistics.Misses);
        if (hits + misses > 0)
        {
            ref var reads = ref (_minutes ??= new Reads[MinutesPerDay])[minute % MinutesPerDay];
            reads = reads.Minute == minute ? new(minute, reads.Hits + (uint)hits, reads.Misses + (uint)misses) : new(minute, (uint)hits, (uint)misses);
        }
    }

    /// <summary>Returns the minutes with reads, in their order.</summary>
    public IReadOnlyList<(int Minute, long Hits, long Misses)> Since(int first, int open) => _minutes is null
        ? []
        : [.. Enumerable.Range(first, open - first + 1).Select(minute => (Minute: minute, Reads: _minutes[minute % MinutesPerDay])).Where(slot => slot.Reads.Minute == slot.Minute && slot.Reads.Hits + slot.Reads.Misses > 0)
            .Select(slot => (slot.Minute, (long)slot.Reads.Hits, (long)slot.Reads.Misses))];

    private readonly record struct Reads(int Minute, uint Hits, uint Misses);
}
