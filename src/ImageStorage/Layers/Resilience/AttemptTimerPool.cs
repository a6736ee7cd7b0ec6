using System.Collections.Concurrent;

namespace ImageStorage.Resilience;

/// <summary>
/// Pools the timers of attempts, each of which has a timer and a cancellation source that can be used again.
/// </summary>
/// <param name="total">The time limit of an attempt.</param>
/// <param name="pause">The time limit without progress.</param>
/// <param name="clock">Measures both.</param>
/// <param name="exceeded">Is told of each attempt that has exceeded a limit; null for nothing.</param>
internal sealed class AttemptTimerPool(TimeSpan total, TimeSpan pause, TimeProvider clock, Action? exceeded = null)
{
    private const int MaxPooled = 64;
    private readonly ConcurrentQueue<AttemptTimer> _spare = new();

    // Sequential calls use the same timer without the queue.
    private AttemptTimer? _first;

    /// <summary>Reports an attempt that has exceeded a limit.</summary>
    public void ReportExceeded() => exceeded?.Invoke();

    /// <summary>Begins an attempt.</summary>
    public AttemptTimer Begin()
    {
        var timer = Interlocked.Exchange(ref _first, null);
        if (timer is null && !_spare.TryDequeue(out timer))
        {
            timer = new AttemptTimer(total, pause, clock);
        }

        timer.Begin();
        return timer;
    }

    /// <summary>Ends an attempt that no longer uses its token.</summary>
    public void End(AttemptTimer timer)
    {
        if (!timer.TryEnd())
        {
            timer.Dispose();
        }
        else if (Interlocked.CompareExchange(ref _first, timer, null) is not null)
        {
            Keep(timer);
        }
    }

    private void Keep(AttemptTimer timer)
    {
        if (_spare.Count < MaxPooled)
        {
            _spare.Enqueue(timer);
        }
        else
        {
            timer.Dispose();
        }
    }
}
