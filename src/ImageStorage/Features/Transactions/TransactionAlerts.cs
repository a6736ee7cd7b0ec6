using System.Collections.Concurrent;
using ImageStorage.Diagnostics.Alerts;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Transactions;

/// <summary>
/// Reports transactions that need attention, by log and event: each once per process, and again if the reason has
/// changed or the transaction was decided in the meantime.
/// </summary>
internal sealed class TransactionAlerts(IStorageEventSink? events, TimeProvider clock, ILogger logger) : IConditionSource
{
    private const int MaxReasonLength = 1000;
    private readonly ConcurrentDictionary<string, string> _reported = new(StringComparer.Ordinal);

    public IEnumerable<StorageCondition> Conditions => _reported.IsEmpty ? [] :
    [
        new StorageCondition(
            "transaction-in-doubt",
            null,
            AlertSeverity.Critical,
            $"{_reported.Count} transactions need attention: their steps could not be compensated, or their journals cannot be read.",
            "List the transactions (IImageTransactions.ListAsync), remove the reason, and let a recovery run; or compensate the steps by hand and dismiss the transactions."),
    ];

    /// <summary>Returns why steps could not be compensated, in one line of bounded length.</summary>
    public static string ReasonOf(IEnumerable<StepCompensation> remaining)
    {
        var reason = string.Join(" ", remaining.Select(compensation => compensation.Error!.Message).Distinct());
        return reason.Length > MaxReasonLength ? reason[..MaxReasonLength] : reason;
    }

    /// <summary>Reports that steps could not be compensated.</summary>
    public void ReportInDoubt(string id, string reason, IReadOnlyList<StepCompensation> remaining)
    {
        if (!IsNew(id, reason))
        {
            return;
        }

        Log.TransactionInDoubt(logger, id, string.Join(", ", remaining.Select(compensation => compensation.Error!.GetType().Name).Distinct()));
        foreach (var compensation in remaining)
        {
            Log.TransactionInDoubtWith(logger, compensation.Error!);
        }

        events?.Publish(new TransactionInDoubt { At = clock.GetUtcNow(), Id = id, Reason = reason });
    }

    /// <summary>Reports a journal in doubt that this process cannot compensate.</summary>
    public void ReportFoundInDoubt(string id, string reason)
    {
        if (IsNew(id, reason))
        {
            Log.TransactionFoundInDoubt(logger, id);
            events?.Publish(new TransactionInDoubt { At = clock.GetUtcNow(), Id = id, Reason = reason });
        }
    }

    /// <summary>Reports a journal that cannot be read.</summary>
    public void ReportUnreadable(string id, Exception failure)
    {
        if (IsNew(id, failure.Message))
        {
            Log.TransactionUnreadable(logger, id, failure.GetType().Name);
            Log.TransactionInDoubtWith(logger, failure);
            events?.Publish(new TransactionInDoubt { At = clock.GetUtcNow(), Id = id, Reason = failure.Message });
        }
    }

    /// <summary>Forgets the transactions that are decided by now.</summary>
    public void ForgetDecided(IReadOnlySet<string> undecided)
    {
        foreach (var decided in _reported.Keys.Where(id => !undecided.Contains(id)).ToList())
        {
            _reported.TryRemove(decided, out _);
        }
    }

    /// <summary>Forgets a transaction that was dismissed.</summary>
    public void Forget(string id) => _reported.TryRemove(id, out _);

    private bool IsNew(string id, string reason)
    {
        var isNew = !_reported.TryGetValue(id, out var reported) || reported != reason;
        _reported[id] = reason;
        return isNew;
    }
}
