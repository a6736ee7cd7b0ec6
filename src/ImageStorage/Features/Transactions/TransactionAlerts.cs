using System.Collections.Concurrent;
using ImageStorage.Diagnostics;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Transactions;

/// <summary>
/// Tells people of transactions that need them, by log and event: each once in a process, although it is tried again and again, and anew when the reason is another
/// one or when it was in order meanwhile.
/// </summary>
internal sealed class TransactionAlerts(StorageEventQueue? events, TimeProvider clock, ILogger logger)
{
    private const int MostReason = 1000;
    private readonly ConcurrentDictionary<string, string> _told = new(StringComparer.Ordinal);

    /// <summary>What could not be undone, and why, in one line of bounded length.</summary>
    public static string ReasonOf(IEnumerable<StepUndo> left)
    {
        var reason = string.Join(" ", left.Select(undo => undo.Error!.Message));
        return reason.Length > MostReason ? reason[..MostReason] : reason;
    }

    /// <summary>Steps could not be undone.</summary>
    public void InDoubt(string id, string reason, IReadOnlyList<StepUndo> left)
    {
        if (!IsNews(id, reason))
        {
            return;
        }

        Log.TransactionInDoubt(logger, id, string.Join(", ", left.Select(undo => undo.Error!.GetType().Name).Distinct()));
        foreach (var undo in left)
        {
            Log.TransactionInDoubtWith(logger, undo.Error!);
        }

        events?.Publish(new TransactionInDoubt(id, reason) { At = clock.GetUtcNow() });
    }

    /// <summary>A journal in doubt was found, and this process has not what would undo it.</summary>
    public void FoundInDoubt(string id, string reason)
    {
        if (IsNews(id, reason))
        {
            Log.TransactionFoundInDoubt(logger, id);
            events?.Publish(new TransactionInDoubt(id, reason) { At = clock.GetUtcNow() });
        }
    }

    /// <summary>A journal was found that cannot be read here.</summary>
    public void Unreadable(string id, Exception failure)
    {
        if (IsNews(id, failure.Message))
        {
            Log.TransactionUnreadable(logger, id, failure.GetType().Name);
            Log.TransactionInDoubtWith(logger, failure);
            events?.Publish(new TransactionInDoubt(id, failure.Message) { At = clock.GetUtcNow() });
        }
    }

    /// <summary>Only these are not decided any more: the others need nobody.</summary>
    public void Keep(IReadOnlySet<string> undecided)
    {
        foreach (var decided in _told.Keys.Where(id => !undecided.Contains(id)).ToList())
        {
            _told.TryRemove(decided, out _);
        }
    }

    private bool IsNews(string id, string reason)
    {
        var isNews = !_told.TryGetValue(id, out var told) || told != reason;
        _told[id] = reason;
        return isNews;
    }
}
