namespace ImageStorage.Resilience;

/// <summary>
/// Limits the time of one attempt: a limit for the attempt, and a limit for the time without progress, because a
/// stalled connection would otherwise be awaited as long as a slow source. While a source is read, or a callback of the
/// caller runs, only the limit of the attempt counts.
/// </summary>
/// <remarks>
/// Every call of a healthy provider pays for this class, so the start, the end and the progress of an attempt are only
/// recorded. When the timer fires, it computes the time that is really left, and continues for that time. Between two
/// attempts it may fire without effect.
/// </remarks>
internal sealed class AttemptTimer : IDisposable
{
    // The throughput of the slowest connection that counts as alive: the bytes that were read must also be transferred.
    private const double BytesPerSecond = 1 << 20;

    private static readonly TimeSpan MinimumWait = TimeSpan.FromMilliseconds(1);

    private readonly TimeSpan _total;
    private readonly TimeSpan _pause;
    private readonly long _firstCheck;
    private readonly TimeProvider _clock;
    private readonly CancellationTokenSource _source = new();
    private readonly Lock _gate = new();
    private readonly ITimer _timer;
    private long _began;
    private long _progress;
    private long _bytesRead;
    private long? _nextCheck;
    private bool _isReading;
    private bool _isRunning;

    public AttemptTimer(TimeSpan total, TimeSpan pause, TimeProvider clock)
    {
        (_total, _pause, _clock) = (total, pause, clock);
        _firstCheck = TicksOf(pause < total ? pause : total);

        // The timer outlives the call that creates it, and must not keep the execution context of this call.
        AsyncFlowControl? flow = ExecutionContext.IsFlowSuppressed() ? null : ExecutionContext.SuppressFlow();
        _timer = clock.CreateTimer(static time => ((AttemptTimer)time!).Check(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        flow?.Undo();
    }

    /// <summary>Gets a token that is cancelled when a limit is exceeded.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>Gets the limit that was exceeded; null while none is.</summary>
    public TimeSpan? Exceeded { get; private set; }

    // The maximum time without progress, by now.
    private TimeSpan Pause => _pause + TimeSpan.FromSeconds(Volatile.Read(ref _bytesRead) / BytesPerSecond);

    public void Begin()
    {
        lock (_gate)
        {
            _began = _clock.GetTimestamp();
            (_progress, _bytesRead, _isReading, _isRunning) = (_began, 0, false, true);
            if (_nextCheck is not { } next || next > _began + _firstCheck)
            {
                CheckAfter(_pause < _total ? _pause : _total);
            }
        }
    }

    /// <summary>
    /// Ends an attempt that no longer uses the token. Returns whether another attempt can use this timer.
    /// </summary>
    public bool TryEnd()
    {
        lock (_gate)
        {
            _isRunning = false;
            return Exceeded is null && _source.TryReset();
        }
    }

    /// <summary>Ends the attempt, because the call was cancelled.</summary>
    public void Cancel() => _source.Cancel();

    public void BeginReading() => Volatile.Write(ref _isReading, true);

    public void EndReading(int taken)
    {
        _bytesRead += taken;
        Volatile.Write(ref _progress, _clock.GetTimestamp());
        Volatile.Write(ref _isReading, false);
    }

    public void Rewind() => _bytesRead = 0;

    public void Dispose()
    {
        _timer.Dispose();

        // A timer that has fired may be about to cancel the source. Without its timer, the source holds nothing.
        if (Exceeded is null)
        {
            _source.Dispose();
        }
    }

    private void Check()
    {
        lock (_gate)
        {
            _nextCheck = null;
            if (!_isRunning || Exceeded is not null)
            {
                return;
            }

            var pause = Pause;
            var left = Volatile.Read(ref _isReading) ? pause : pause - _clock.GetElapsedTime(Volatile.Read(ref _progress));
            var leftOfTotal = _total - _clock.GetElapsedTime(_began);
            if (left > TimeSpan.Zero && leftOfTotal > TimeSpan.Zero)
            {
                CheckAfter(left < leftOfTotal ? left : leftOfTotal);
                return;
            }

            Exceeded = leftOfTotal > TimeSpan.Zero ? pause : _total;
        }

        // Outside the lock, because callbacks of the token run here. A timer that has fired is never used again.
        _source.Cancel();
    }

    private void CheckAfter(TimeSpan left)
    {
        left = left > MinimumWait ? left : MinimumWait;
        _nextCheck = _clock.GetTimestamp() + TicksOf(left);
        _timer.Change(left, Timeout.InfiniteTimeSpan);
    }

    private long TicksOf(TimeSpan time) => (long)(time.TotalSeconds * _clock.TimestampFrequency);
}
