using Microsoft.Extensions.Logging;

namespace ImageStorage.Failover;

/// <summary>
/// Counts the images with a hint on one fallback, as far as this process knows, and reports when the count nears its
/// limit.
/// </summary>
internal sealed class Backlog(FailoverOptions options, TimeProvider clock, IStorageEventSink events, ILogger logger)
{
    private int _count;
    private int _reportedLevel;

    public int Limit => options.MaxBacklog;

    /// <summary>Gets a value that indicates whether another image may get a hint.</summary>
    public bool HasRoom => Volatile.Read(ref _count) < options.MaxBacklog;

    public void Add() => Set(Interlocked.Increment(ref _count));

    /// <summary>Corrects the count after the hints were listed.</summary>
    public void Set(int count)
    {
        Volatile.Write(ref _count, count);

        // Reported at four fifths and at the limit, and again after the count has fallen below half of that.
        var level = count >= options.MaxBacklog ? 2 : count >= options.MaxBacklog * 4L / 5 ? 1 : 0;
        var reported = Volatile.Read(ref _reportedLevel);
        if (level > reported)
        {
            Volatile.Write(ref _reportedLevel, level);
            Log.BacklogReached(logger, count, options.MaxBacklog);
            events.Publish(new BacklogReached { At = clock.GetUtcNow(), Count = count, Limit = options.MaxBacklog });
        }
        else if (level == 0 && reported > 0 && count < options.MaxBacklog * 2L / 5)
        {
            Volatile.Write(ref _reportedLevel, 0);
        }
    }
}
