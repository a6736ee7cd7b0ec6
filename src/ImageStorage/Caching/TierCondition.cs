using Microsoft.Extensions.Logging;

namespace ImageStorage.Caching;

/// <summary>
/// Whether a tier can be used. One warning when it begins to fail, one message when it works again, and a pause after each failure, so that what is broken does not slow every read.
/// </summary>
/// <param name="tier">What it is called in messages.</param>
/// <param name="pause">How long it is left alone after a failure.</param>
/// <param name="clock">The clock of that.</param>
/// <param name="logger">Where it is told.</param>
internal sealed class TierCondition(string tier, TimeSpan pause, TimeProvider clock, ILogger logger)
{
    private readonly Lock _gate = new();
    private long _failures;
    private long? _failedAt;
    private bool _isFailing;

    public long Failures => Volatile.Read(ref _failures);

    /// <summary>Is it worth a try?</summary>
    public bool MayTry
    {
        get
        {
            lock (_gate)
            {
                return _failedAt is not { } at || clock.GetElapsedTime(at) >= pause;
            }
        }
    }

    public void Failed(Exception exception, string reason)
    {
        bool isNew;
        lock (_gate)
        {
            _failures++;
            _failedAt = clock.GetTimestamp();
            isNew = !_isFailing;
            _isFailing = true;
        }

        if (isNew)
        {
            Log.CacheTierFailed(logger, tier, reason);
        }

        Log.CacheTierFailedWith(logger, tier, exception);
    }

    public void Worked()
    {
        lock (_gate)
        {
            if (!_isFailing)
            {
                return;
            }

            (_isFailing, _failedAt) = (false, null);
        }

        Log.CacheTierWorks(logger, tier);
    }
}
