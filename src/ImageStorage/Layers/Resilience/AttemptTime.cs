namespace ImageStorage.Resilience;

/// <summary>
/// The time of one attempt: so long for the whole, and so long without progress, as a connection that has stalled would else be waited for as
/// long as a slow source. While a source is read only the time of the whole passes.
/// </summary>
/// <remarks>
/// Every call of a provider that is well pays for this, so beginnings, ends and progress are only noted. The one timer looks, when it fires, how much time
/// there really is, and waits again for that; between two attempts it may fire in vain.
/// </remarks>
internal sealed class AttemptTime : IDisposable
{
    // What the slowest connection that counts as one moves a second: what was taken must also get there.
    private const double BytesASecond = 1 << 20;

    private static readonly TimeSpan LeastWait = TimeSpan.FromMilliseconds(1);

    private readonly TimeSpan _whole;
    private readonly TimeSpan _pause;
    private readonly long _firstLook;
    private readonly TimeProvider _clock;
    private readonly CancellationTokenSource _source = new();
    private readonly Lock _gate = new();
    private readonly ITimer _timer;
    private long _began;
    private long _progress;
    private long _taken;
    private long? _nextLook;
    private bool _isReading;
    private bool _isRunning;

    public AttemptTime(TimeSpan whole, TimeSpan pause, TimeProvider clock)
    {
        (_whole, _pause, _clock) = (whole, pause, clock);
        _firstLook = TicksOf(pause < whole ? pause : whole);

        // It outlives the call that it is made for, whose context is no business of the next ones.
        AsyncFlowControl? flow = ExecutionContext.IsFlowSuppressed() ? null : ExecutionContext.SuppressFlow();
        _timer = clock.CreateTimer(static time => ((AttemptTime)time!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        flow?.Undo();
    }

    /// <summary>Cancelled when the time is over.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>The limit that was passed; null while none is.</summary>
    public TimeSpan? Passed { get; private set; }

    // How long the provider may go without a piece, by now.
    private TimeSpan Pause => _pause + TimeSpan.FromSeconds(Volatile.Read(ref _taken) / BytesASecond);

    public void Begin()
    {
        lock (_gate)
        {
            _began = _clock.GetTimestamp();
            (_progress, _taken, _isReading, _isRunning) = (_began, 0, false, true);
            if (_nextLook is not { } next || next > _began + _firstLook)
            {
                LookAfter(_pause < _whole ? _pause : _whole);
            }
        }
    }

    /// <summary>Ends an attempt that has let go of the token. Can another one use this?</summary>
    public bool TryEnd()
    {
        lock (_gate)
        {
            _isRunning = false;
            return Passed is null && _source.TryReset();
        }
    }

    /// <summary>Ends the attempt with the call that it belongs to.</summary>
    public void Cancel() => _source.Cancel();

    public void BeginReading() => Volatile.Write(ref _isReading, true);

    public void EndReading(int taken)
    {
        _taken += taken;
        Volatile.Write(ref _progress, _clock.GetTimestamp());
        Volatile.Write(ref _isReading, false);
    }

    public void Rewind() => _taken = 0;

    public void Dispose()
    {
        _timer.Dispose();

        // One whose time has passed may still be about to be cancelled; without a timer of its own it holds nothing.
        if (Passed is null)
        {
            _source.Dispose();
        }
    }

    private void Look()
    {
        lock (_gate)
        {
            _nextLook = null;
            if (!_isRunning || Passed is not null)
            {
                return;
            }

            var pause = Pause;
            var left = Volatile.Read(ref _isReading) ? pause : pause - _clock.GetElapsedTime(Volatile.Read(ref _progress));
            var leftOfWhole = _whole - _clock.GetElapsedTime(_began);
            if (left > TimeSpan.Zero && leftOfWhole > TimeSpan.Zero)
            {
                LookAfter(left < leftOfWhole ? left : leftOfWhole);
                return;
            }

            Passed = leftOfWhole > TimeSpan.Zero ? pause : _whole;
        }

        // Outside the lock, as what hears of it runs here. A time that has passed is never used again.
        _source.Cancel();
    }

    private void LookAfter(TimeSpan left)
    {
        left = left > LeastWait ? left : LeastWait;
        _nextLook = _clock.GetTimestamp() + TicksOf(left);
        _timer.Change(left, Timeout.InfiniteTimeSpan);
    }

    private long TicksOf(TimeSpan time) => (long)(time.TotalSeconds * _clock.TimestampFrequency);
}
