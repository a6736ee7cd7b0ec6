using Microsoft.Extensions.Logging;

namespace ImageStorage.Caching;

/// <summary>
/// Whether a tier can be used. After a failure the tier is paused, so that a broken tier does not slow every read; after the pause one call shows whether the tier works again.
/// An outage is logged once when it begins and once when it has ended, which is when nothing has failed for a minute: a tier that fails and works in turn has one outage.
/// </summary>
/// <param name="name">The name of the tier in messages.</param>
/// <param name="pause">How long the tier is not used after a failure.</param>
/// <param name="clock">The clock of the pause.</param>
/// <param name="logger">Where outages are logged.</param>
internal sealed class TierCondition(string name, TimeSpan pause, TimeProvider clock, ILogger logger)
{
    /// <summary>How long nothing must fail before an outage has ended.</summary>
    public static readonly TimeSpan Steady = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private long _failures;
    private long _failedAt;
    private bool _isPaused;
    private bool _isFailing;

    public long Failures => Volatile.Read(ref _failures);

    /// <summary>Gets whether the tier may be used: it works, or its pause is over.</summary>
    public bool MayTry
    {
        get
        {
            lock (_gate)
            {
                return !_isPaused || clock.GetElapsedTime(_failedAt) >= pause;
            }
        }
    }

    /// <summary>Gets whether the tier has not worked since its last failure, so that a call now is a trial.</summary>
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

    /// <summary>Pauses the tier.</summary>
    public void Failed(Exception exception, string reason)
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

    /// <summary>Ends the pause, as a call has succeeded.</summary>
    public void Worked()
    {
        lock (_gate)
        {
            if (!_isFailing)
            {
                return;
            }

            _isPaused = false;
            if (clock.GetElapsedTime(_failedAt) < Steady)
            {
                return;
            }

            _isFailing = false;
        }

        Log.CacheTierWorks(logger, name);
    }
}
