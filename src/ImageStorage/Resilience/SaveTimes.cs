using System.Collections.Concurrent;

namespace ImageStorage.Resilience;

/// <summary>Hands out the times of saves and takes them back, as each has a timer and a cancellation source that can be used again.</summary>
/// <param name="whole">How long an attempt may take.</param>
/// <param name="pause">How long it may go without progress.</param>
/// <param name="clock">Measures both.</param>
internal sealed class SaveTimes(TimeSpan whole, TimeSpan pause, TimeProvider clock)
{
    private const int MostSpare = 64;
    private readonly ConcurrentQueue<SaveTime> _spare = new();

    /// <summary>Begins an attempt.</summary>
    public SaveTime Begin()
    {
        if (!_spare.TryDequeue(out var time))
        {
            time = new SaveTime(whole, pause, clock);
        }

        time.Begin();
        return time;
    }

    /// <summary>Ends an attempt that has let go of its token.</summary>
    public void End(SaveTime time)
    {
        if (time.TryEnd() && _spare.Count < MostSpare)
        {
            _spare.Enqueue(time);
        }
        else
        {
            time.Dispose();
        }
    }
}
