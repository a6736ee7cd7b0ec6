using ImageStorage.Errors;
using ImageStorage.Events;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Failover;

/// <summary>Did the primary answer when it was last asked? Tells of the beginning and the end of a failover.</summary>
internal sealed class PrimaryHealth(string primary, string fallback, TimeProvider clock, StorageEventQueue events, ILogger logger)
{
    private readonly Lock _gate = new();
    private volatile bool _isDown;
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
            Log.FailoverStarted(logger, primary, fallback, failure.GetType().Name);
            events.Publish(new FailoverStarted(primary, fallback, failure.Message) { At = clock.GetUtcNow() });
        }
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

        Log.FailoverEnded(logger, primary, fallback);
        events.Publish(new FailoverEnded(primary, fallback) { At = clock.GetUtcNow() });
    }
}
