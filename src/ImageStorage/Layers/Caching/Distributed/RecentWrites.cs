namespace ImageStorage.Caching.Distributed;

/// <summary>
/// The recent writes of this process. A validation of another process that is older than the last write of the image is
/// not trusted. A write is forgotten when older validations have expired anyway. If there are too many writes, the
/// oldest are forgotten earlier, and then no validation of any image from before the forgotten writes is trusted.
/// </summary>
/// <param name="memory">How long a write is remembered: at least as long as validations are trusted.</param>
/// <param name="tolerance">The accepted clock skew between processes.</param>
/// <param name="clock">The clock.</param>
/// <param name="max">The maximum number of writes.</param>
internal sealed class RecentWrites(TimeSpan memory, TimeSpan tolerance, TimeProvider clock, int max)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<UInt128, DateTimeOffset> _writes = [];
    private readonly Queue<(UInt128 Key, DateTimeOffset At)> _order = new();
    private DateTimeOffset _forgotten = DateTimeOffset.MinValue;

    /// <summary>Remembers a write.</summary>
    /// <param name="key">The hash of the image's key, which does not depend on the identity of the store.</param>
    public void Add(UInt128 key)
    {
        var now = clock.GetUtcNow();
        lock (_gate)
        {
            _writes[key] = now;
            _order.Enqueue((key, now));
            while (_order.TryPeek(out var oldest) && (_order.Count > max || now - oldest.At > memory))
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

    /// <summary>Returns whether a validation is later than this process's last write of the image.</summary>
    public bool IsAfterWrites(UInt128 key, DateTimeOffset validatedAt)
    {
        lock (_gate)
        {
            var last = _writes.TryGetValue(key, out var at) && at > _forgotten ? at : _forgotten;
            return last == DateTimeOffset.MinValue || validatedAt - last > tolerance;
        }
    }
}
