using System.Collections.Concurrent;

namespace ImageStorage.Resilience;

/// <summary>Hands out the times of attempts and takes them back, as each has a timer and a cancellation source that can be used again.</summary>
/// <param name="whole">How long an attempt may take.</param>
/// <param name="pause">How long it may go without progress.</param>
/// <param name="clock">Measures both.</param>
internal sealed class AttemptTimes(TimeSpan whole, TimeSpan pause, TimeProvider clock)
{
    private const int MostSpare = 64;
    private readonly ConcurrentQueue<AttemptTime> _spare = new();

    // Calls that come one after the other use the same one again and again, without the queue.
    private AttemptTime? _first;

    /// <summary>Begins an attempt.</summary>
    public AttemptTime Begin()
    {
        var time = Interlocked.Exchange(ref _first, null);
        if (time is null && !_spare.TryDequeue(out time))
        {
            time = new AttemptTime(whole, pause, clock);
        }

        time.Begin();
        return time;
    }

    /// <summary>Ends an attempt that has let go of its token.</summary>
    public void End(AttemptTime time)
    {
        if (!time.TryEnd())
        {
            time.Dispose();
        }
        else if (Interlocked.CompareExchange(ref _first, time, null) is not null)
        {
            Keep(time);
        }
    }

    private void Keep(AttemptTime time)
    {
        if (_spare.Count < MostSpare)
        {
            _spare.Enqueue(time);
        }
        else
        {
            time.Dispose();
        }
    }
}
