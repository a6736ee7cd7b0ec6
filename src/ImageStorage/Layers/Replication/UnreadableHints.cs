using Microsoft.Extensions.Logging;

namespace ImageStorage.Replication;

/// <summary>The hints that a reconciler could not replay. Each is reported once, until it was replayed.</summary>
internal sealed class UnreadableHints(TimeProvider clock, IStorageEventSink events, ILogger logger)
{
    private readonly Lock _gate = new();
    private readonly HashSet<string> _reported = [];

    /// <summary>Reports that the hint of an item cannot be replayed, unless this was reported before.</summary>
    public void Report(string item, string document, ImageStorageException failure)
    {
        lock (_gate)
        {
            if (!_reported.Add(item))
            {
                return;
            }
        }

        var reason = failure.Reason ?? failure.Message;
        ReplicationLog.HintUnreadable(logger, document, reason);
        events.Publish(new HintUnreadable { At = clock.GetUtcNow(), Document = document, Reason = reason });
    }

    public bool Contains(string item)
    {
        lock (_gate)
        {
            return _reported.Contains(item);
        }
    }

    public void Remove(string item)
    {
        lock (_gate)
        {
            _reported.Remove(item);
        }
    }
}
