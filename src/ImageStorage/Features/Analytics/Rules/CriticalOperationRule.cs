using System.Collections.Concurrent;
using ImageStorage.Diagnostics.Measuring;

namespace ImageStorage.Analytics.Rules;

/// <summary>
/// Raises an alert at once for an operation that fails or takes too long: one alert for each operation and kind, which is
/// resolved after two minutes without such an operation. <see cref="Add"/> is thread-safe.
/// </summary>
internal sealed class CriticalOperationRule(OperationOutcome? outcome, string name) : AlertRule
{
    private readonly ConcurrentDictionary<string, Occurrences> _occurrences = new(StringComparer.Ordinal);

    public override string Name => name;

    /// <summary>Creates the rules: for a full medium, for other errors, and for slow operations.</summary>
    public static CriticalOperationRule[] CreateAll() => [new(OperationOutcome.Full, "storage-full"), new(OperationOutcome.Error, "operation-failed"), new(null, "operation-slow")];

    /// <summary>Returns whether a sample is of the kind of the rule.</summary>
    public bool Watches(in OperationSample sample) => outcome switch
    {
        null => !OutcomeRules.IsError(sample.Outcome),
        OperationOutcome.Full => sample.Outcome == OperationOutcome.Full,
        _ => OutcomeRules.IsError(sample.Outcome) && sample.Outcome != OperationOutcome.Full,
    };

    /// <summary>Adds an operation. Returns whether the operation is the first of its kind since the last minute.</summary>
    public bool Add(string operation, in OperationSample sample)
    {
        var occurrences = _occurrences.GetOrAdd(operation, static _ => new Occurrences());
        occurrences.Last = OutcomeRules.NameOf(sample.Outcome);
        occurrences.LastSeconds = sample.Seconds;
        return Interlocked.Increment(ref occurrences.Count) == 1;
    }

    public override IEnumerable<AlertReading> Read(AlertContext context) =>
        from entry in _occurrences
        let count = Volatile.Read(ref entry.Value.Count)
        select new AlertReading
        {
            Subject = entry.Key,
            Value = count > 0 ? 1 : 0,
            Severity = outcome is null ? AlertSeverity.Warning : AlertSeverity.Critical,
            Message = MessageOf(entry.Key, entry.Value),
            Remedy = RemedyOf(),
        };

    /// <summary>Begins the next minute.</summary>
    public void Reset()
    {
        foreach (var occurrences in _occurrences.Values)
        {
            Interlocked.Exchange(ref occurrences.Count, 0);
        }
    }

    private string MessageOf(string operation, Occurrences occurrences) => outcome switch
    {
        null => FormattableString.Invariant($"An operation '{operation}' took {occurrences.LastSeconds:0.0} seconds."),
        OperationOutcome.Full => $"An operation '{operation}' failed, because a medium or a quota is full.",
        _ => $"An operation '{operation}' failed ({occurrences.Last}).",
    };

    private string RemedyOf() => outcome switch
    {
        null => "Compare the durations of the parts in the report. For large images, allow more time (Alerts.SlowOperation).",
        OperationOutcome.Full => "Delete images that are no longer needed (CleanupAsync), or add space. Saves fail until then.",
        _ => "See the log for the failure of the provider, and the health report for the state of each part.",
    };

    private sealed class Occurrences
    {
        public int Count;

        public string Last { get; set; } = string.Empty;

        public double LastSeconds { get; set; }
    }
}
