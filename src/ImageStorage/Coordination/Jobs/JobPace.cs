namespace ImageStorage.Coordination.Jobs;

/// <summary>
/// The rate limit of a job: each call takes its time on a line of time, and waits until its turn. The first call does
/// not wait. Thread-safe.
/// </summary>
internal sealed class JobPace
{
    private readonly double _itemSeconds;
    private readonly double _byteSeconds;
    private readonly TimeProvider _clock;
    private readonly Lock _gate = new();
    private long _next;

    /// <summary>Creates a rate limit.</summary>
    /// <param name="itemsPerSecond">The maximum number of items per second; null for no limit.</param>
    /// <param name="bytesPerSecond">The maximum number of bytes per second; null for no limit.</param>
    /// <param name="clock">Measures the time.</param>
    /// <exception cref="ArgumentOutOfRangeException">A limit is not positive.</exception>
    public JobPace(double? itemsPerSecond, double? bytesPerSecond, TimeProvider clock)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(itemsPerSecond ?? 1, nameof(itemsPerSecond));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bytesPerSecond ?? 1, nameof(bytesPerSecond));
        (_itemSeconds, _byteSeconds, _clock) = (1 / itemsPerSecond ?? 0, 1 / bytesPerSecond ?? 0, clock);
        _next = clock.GetTimestamp();
    }

    /// <summary>Waits until the items and bytes may be processed.</summary>
    public Task WaitAsync(long items, long bytes, CancellationToken cancellationToken)
    {
        var seconds = Math.Max(items * _itemSeconds, bytes * _byteSeconds);
        if (seconds == 0)
        {
            return Task.CompletedTask;
        }

        TimeSpan wait;
        lock (_gate)
        {
            var now = _clock.GetTimestamp();
            var start = Math.Max(now, _next);
            _next = start + (long)(seconds * _clock.TimestampFrequency);
            wait = _clock.GetElapsedTime(now, start);
        }

        return wait > TimeSpan.Zero ? Task.Delay(wait, _clock, cancellationToken) : Task.CompletedTask;
    }
}
