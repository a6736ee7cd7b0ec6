namespace ImageStorage.Diagnostics.Measuring;

/// <summary>Adds up what one series has recorded. Reused, because a histogram has 36 KiB. Not thread-safe.</summary>
internal sealed class SeriesTotals
{
    private readonly long[] _outcomes = new long[OutcomeRules.Count];

    /// <summary>Gets the durations of the operations that the store has answered.</summary>
    public DurationCounts Answered { get; } = new();

    /// <summary>Gets the durations of the errors.</summary>
    public DurationCounts Failed { get; } = new();

    /// <summary>Gets the number of operations by outcome.</summary>
    public ReadOnlySpan<long> Outcomes => _outcomes;

    public long Bytes { get; private set; }

    public long Count { get; private set; }

    /// <summary>Gets a value that indicates whether there is any count, also one whose sum is zero.</summary>
    public bool HasAny => Count > 0 || _outcomes.AsSpan().ContainsAnyExcept(0);

    public long Errors { get; private set; }

    public void Clear()
    {
        Answered.Clear();
        Failed.Clear();
        Array.Clear(_outcomes);
        (Bytes, Count, Errors) = (0, 0, 0);
    }

    public void Add(OperationOutcome outcome, long count)
    {
        _outcomes[(int)outcome] += count;
        Count += count;
        Errors += OutcomeRules.IsError(outcome) ? count : 0;
    }

    public void AddBytes(long bytes) => Bytes += bytes;

    public void Add(SeriesSpan span)
    {
        Answered.Add(span.Answered);
        Failed.Add(span.Failed);
        Bytes += span.Bytes;
        for (var outcome = 0; outcome < _outcomes.Length; outcome++)
        {
            Add((OperationOutcome)outcome, span.Outcomes[outcome]);
        }
    }

    public SeriesSpan ToSpan(int from, int to) => new(from, to, Answered.Pack(), Failed.Pack(), [.. _outcomes], Bytes);

    public MinuteSummary ToSummary(int minute)
    {
        var answered = Answered.Calculate();
        var average = answered.Count == 0 ? 0 : answered.Sum / answered.Count;
        return new(Bytes, minute, (uint)Count, (uint)Errors, (float)average, (float)answered.P50, (float)answered.P95, (float)answered.P99);
    }
}
