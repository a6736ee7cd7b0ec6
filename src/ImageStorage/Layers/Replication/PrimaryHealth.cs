using Microsoft.Extensions.Logging;

namespace ImageStorage.Replication;

/// <summary>
/// Tracks whether the primary answers, and reports the start and the end of a failover. Tracks also whether the primary
/// accepts writes: after a failed write, only the background loop asks it, and writes go to the fallback at once, so
/// that an outage costs few calls a timeout.
/// </summary>
internal sealed class PrimaryHealth(string primary, string fallback, TimeProvider clock, IStorageEventSink events, ILogger logger)
{
    // Without a background loop, one write in this time asks the primary.
    private static readonly TimeSpan TrialPause = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private volatile bool _isDown;
    private volatile StorageUnavailableException? _writeFailure;
    private long _nextTrial;
    private volatile bool _hasStarted;

    public bool IsDown => _isDown;

    /// <summary>Gets a value that indicates whether a failover has started and its end was not reported yet.</summary>
    public bool IsFailedOver => _hasStarted;

    public void RecordFailure(StorageUnavailableException failure)
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
            events.Publish(new FailoverStarted { At = clock.GetUtcNow(), Primary = primary, Fallback = fallback, Reason = failure.Message });
        }
    }

    /// <summary>Records that a write failed. Returns whether it is the first since the last successful write.</summary>
    public bool RecordWriteFailure(StorageUnavailableException failure)
    {
        RecordFailure(failure);
        var isFirst = _writeFailure is null;
        if (isFirst)
        {
            Interlocked.Exchange(ref _nextTrial, clock.GetTimestamp() + (long)(TrialPause.TotalSeconds * clock.TimestampFrequency));
        }

        _writeFailure = failure;
        return isFirst;
    }

    /// <summary>
    /// Records that a write, or a probe that writes, succeeded or failed for another reason than an outage.
    /// </summary>
    public void RecordWriteSuccess()
    {
        RecordSuccess();
        if (_writeFailure is not null)
        {
            _writeFailure = null;
        }
    }

    /// <summary>
    /// Gets a value that indicates whether the primary has failed a write since it last accepted one.
    /// </summary>
    public bool IsFailingWrites => _writeFailure is not null;

    /// <summary>
    /// Returns the failure because of which a write goes to the fallback without asking the primary, or null if the
    /// primary is asked.
    /// </summary>
    /// <param name="hasBackground">
    /// Whether a background loop probes the primary. If not, one write in a while asks it.
    /// </param>
    public StorageUnavailableException? GetWriteRefusal(bool hasBackground)
    {
        if (_writeFailure is not { } failure || hasBackground)
        {
            return _writeFailure;
        }

        var (now, next) = (clock.GetTimestamp(), Volatile.Read(ref _nextTrial));
        var after = now + (long)(TrialPause.TotalSeconds * clock.TimestampFrequency);
        return now >= next && Interlocked.CompareExchange(ref _nextTrial, after, next) == next ? null : failure;
    }

    public void RecordSuccess()
    {
        if (_isDown)
        {
            _isDown = false;
        }
    }

    /// <summary>Called when no hints are left: the failover ends if the primary answers.</summary>
    public void EndFailover()
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
        events.Publish(new FailoverEnded { At = clock.GetUtcNow(), Primary = primary, Fallback = fallback });
    }
}
