namespace ImageStorage.Caching.Distributed;

/// <summary>
/// What this process has written lately. What another process has validated before that is not trusted, however young it is. Older writes need not be remembered:
/// what was validated before them is too old to be trusted anyway. When there are too many, the oldest are forgotten, and then nothing that was validated before those is trusted, of any image.
/// </summary>
/// <param name="memory">How long a write is remembered: for as long as others' validations are trusted, at least.</param>
/// <param name="tolerance">By how much the clocks of processes may differ.</param>
/// <param name="clock">The clock.</param>
/// <param name="most">How many are remembered.</param>
internal sealed class RecentWrites(TimeSpan memory, TimeSpan tolerance, TimeProvider clock, int most)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<UInt128, DateTimeOffset> _writes = [];
    private readonly Queue<(UInt128 Key, DateTimeOffset At)> _order = new();
    private DateTimeOffset _forgotten = DateTimeOffset.MinValue;

    /// <summary>Remembers a write.</summary>
    /// <param name="key">The hash of the image's key. Writes count before the identity of the store is known, too.</param>
    public void Add(UInt128 key)
    {
        var now = clock.GetUtcNow();
        lock (_gate)
        {
            _writes[key] = now;
            _order.Enqueue((key, now));
            while (_order.TryPeek(out var oldest) && (_order.Count > most || now - oldest.At > memory))
            {
                _order.Dequeue();
                if (_writes.GetValueOrDefault(oldest.Key) == oldest.At)
                {
                    _writes.Remove(oldest.Key);
                    _forgotten = now - oldest.At > memory ? _forgotten : oldest.At;
                }
            }
        }
    }

    /// <summary>Was an image validated, by whomever, behind this process's last write of it?</summary>
    public bool IsBehindWrites(UInt128 key, DateTimeOffset validatedAt)
    {
        lock (_gate)
        {
            var last = _writes.TryGetValue(key, out var at) && at > _forgotten ? at : _forgotten;
            return last == DateTimeOffset.MinValue || validatedAt - last > tolerance;
        }
    }
}
