using ImageStorage.Diagnostics;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Failover;

/// <summary>How many images wait on the fallback, as far as this process knows, and the word about it when they become many.</summary>
internal sealed class Backlog(FailoverOptions options, TimeProvider clock, StorageEventQueue events, ILogger logger)
{
    private int _count;
    private int _told;

    public int Limit => options.MaxBacklog;

    /// <summary>May one more wait?</summary>
    public bool HasRoom => Volatile.Read(ref _count) < options.MaxBacklog;

    public void Add() => Set(Interlocked.Increment(ref _count));

    /// <summary>Corrects the number after a look at the fallback.</summary>
    public void Set(int count)
    {
        Volatile.Write(ref _count, count);

        // Told at four fifths and at the limit, and again when it had fallen below half of that.
        var level = count >= options.MaxBacklog ? 2 : count >= options.MaxBacklog * 4L / 5 ? 1 : 0;
        var told = Volatile.Read(ref _told);
        if (level > told)
        {
            Volatile.Write(ref _told, level);
            Log.BacklogReached(logger, count, options.MaxBacklog);
            events.Publish(new HandoffBacklogReached(count, options.MaxBacklog) { At = clock.GetUtcNow() });
        }
        else if (level == 0 && told > 0 && count < options.MaxBacklog * 2L / 5)
        {
            Volatile.Write(ref _told, 0);
        }
    }
}
