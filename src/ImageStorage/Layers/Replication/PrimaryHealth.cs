using ImageStorage.Diagnostics;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Replication;

/// <summary>
/// Did the primary answer when it was last asked? Tells of the beginning and the end of a failover. And does it take writes? After one that it did not take,
/// writes that can be handed off are handed off at once, and only the background asks it, so that in an outage a few calls wait for a time-out and not all.
/// </summary>
internal sealed class PrimaryHealth(string primary, string fallback, TimeProvider clock, StorageEventQueue events, ILogger logger)
{
    // Where no background asks the primary, a write does, this often.
    private static readonly TimeSpan TrialPause = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private volatile bool _isDown;
    private volatile StorageUnavailableException? _writeFailure;
    private long _nextTrial;
    private bool _hasStarted;

    public bool IsDown => _isDown;

    public void Failed(StorageUnavailableException failure)
    {
        bool starts;
        lock (_gate)
        {
            starts = !_hasStarted;
            (_hasStarted, _isDown) = (true, true);
        }

        if (starts)
        {
            ReplicationLog.FailoverStarted(logger, primary, fallback, failure.GetType().Name);
            events.Publish(new FailoverStarted(primary, fallback, failure.Message) { At = clock.GetUtcNow() });
        }
    }

    /// <summary>A write was not taken; answers whether it is the first one since the primary took one.</summary>
    public bool WriteFailed(StorageUnavailableException failure)
    {
        Failed(failure);
        var isFirst = _writeFailure is null;
        if (isFirst)
        {
            Interlocked.Exchange(ref _nextTrial, clock.GetTimestamp() + (long)(TrialPause.TotalSeconds * clock.TimestampFrequency));
        }

        _writeFailure = failure;
        return isFirst;
    }

    /// <summary>A write, or a probe that writes, was taken, or failed for a reason that is no outage.</summary>
    public void WriteTaken()
    {
        Answered();
        if (_writeFailure is not null)
        {
            _writeFailure = null;
        }
    }

    /// <summary>Has the primary failed a write since it last took one?</summary>
    public bool FailsWrites => _writeFailure is not null;

    /// <summary>The failure because of which a write that can be handed off does not ask the primary; null when it does.</summary>
    /// <param name="hasBackground">Does the background ask the primary whether it takes writes again? Else one write in a while does.</param>
    public StorageUnavailableException? WriteRefusal(bool hasBackground)
    {
        if (_writeFailure is not { } failure || hasBackground)
        {
            return _writeFailure;
        }

        var (now, next) = (clock.GetTimestamp(), Volatile.Read(ref _nextTrial));
        var after = now + (long)(TrialPause.TotalSeconds * clock.TimestampFrequency);
        return now >= next && Interlocked.CompareExchange(ref _nextTrial, after, next) == next ? null : failure;
    }

    public void Answered()
    {
        if (_isDown)
        {
            _isDown = false;
        }
    }

    /// <summary>Called when nothing waits on the fallback: with a primary that answers, the failover is over.</summary>
    public void Drained()
    {
        lock (_gate)
        {
            if (_isDown || !_hasStarted)
            {
                return;
            }

            _hasStarted = false;
        }

        ReplicationLog.FailoverEnded(logger, primary, fallback);
        events.Publish(new FailoverEnded(primary, fallback) { At = clock.GetUtcNow() });
    }
}
