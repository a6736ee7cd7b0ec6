using Microsoft.Extensions.Logging;

namespace ImageStorage.Caching;

/// <summary>
/// Tracks whether a shared tier can be used. After a failure the tier is paused, so that a broken tier does not slow
/// every read; after the pause, one call tests the tier. An outage is logged once at its beginning and once at its end,
/// when nothing has failed for a minute: a tier that fails and works in turn has one outage.
/// </summary>
/// <param name="name">The name of the tier in messages.</param>
/// <param name="pause">How long the tier is not used after a failure.</param>
/// <param name="clock">The clock of the pause.</param>
/// <param name="logger">The log of outages.</param>
internal sealed class TierAvailability(string name, TimeSpan pause, TimeProvider clock, ILogger logger)
{
    /// <summary>The time without failures after which an outage has ended.</summary>
    public static readonly TimeSpan RecoveryPeriod = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private long _failures;
    private long _failedAt;
    private bool _isPaused;
    private bool _isFailing;

    /// <summary>Gets the number of failures.</summary>
    public long Failures => Volatile.Read(ref _failures);

    /// <summary>
    /// Gets a value that indicates whether the tier may be used: the tier works, or its pause is over.
    /// </summary>
    public bool IsUsable
    {
        get
        {
            lock (_gate)
            {
                return !_isPaused || clock.GetElapsedTime(_failedAt) >= pause;
            }
        }
    }

    /// <summary>
    /// Gets a value that indicates whether no call has succeeded since the last failure, so that the next call is a
    /// trial.
    /// </summary>
    public bool IsOnTrial
    {
        get
        {
            lock (_gate)
            {
                return _isPaused;
            }
        }
    }

    /// <summary>Records a failure and pauses the tier.</summary>
    public void RecordFailure(Exception exception, string reason)
    {
        bool isNew;
        lock (_gate)
        {
            _failures++;
            (_failedAt, _isPaused) = (clock.GetTimestamp(), true);
            isNew = !_isFailing;
            _isFailing = true;
        }

        if (isNew)
        {
            Log.CacheTierFailed(logger, name, reason);
        }

        Log.CacheTierFailedWith(logger, name, exception);
    }

    /// <summary>Records a success, which ends the pause.</summary>
    public void RecordSuccess()
    {
        lock (_gate)
        {
            if (!_isFailing)
            {
                return;
            }

            _isPaused = false;
            if (clock.GetElapsedTime(_failedAt) < RecoveryPeriod)
            {
                return;
            }

            _isFailing = false;
        }

        Log.CacheTierWorks(logger, name);
    }
}
