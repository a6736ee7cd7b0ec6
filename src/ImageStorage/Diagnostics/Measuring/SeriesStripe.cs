namespace ImageStorage.Diagnostics.Measuring;

/// <summary>The counters of one series for some of the processor cores. Thread-safe.</summary>
internal sealed class SeriesStripe(PageBudget budget)
{
    private readonly LiveHistogram _answered = new(budget);
    private readonly long[] _outcomes = new long[OutcomeRules.Count];
    private LiveHistogram? _failed;
    private long _bytes;

    /// <summary>
    /// Counts an operation. The duration of a cancelled operation does not count: the caller has decided the duration, not the
    /// store.
    /// </summary>
    public void Record(in OperationSample sample)
    {
        if (OutcomeRules.IsError(sample.Outcome))
        {
            (Volatile.Read(ref _failed) ?? AddFailed()).Add(sample.Nanoseconds);
        }
        else if (sample.Outcome != OperationOutcome.Cancelled)
        {
            _answered.Add(sample.Nanoseconds);
        }

        Interlocked.Increment(ref _outcomes[(int)sample.Outcome]);
        if (sample.Bytes > 0)
        {
            Interlocked.Add(ref _bytes, sample.Bytes);
        }
    }

    /// <summary>
    /// Changes the outcome of an operation that was recorded. The count of the old outcome may be in another stripe, or may have
    /// been moved already: the difference is right in the sum.
    /// </summary>
    public void Change(OperationOutcome before, OperationOutcome after)
    {
        Interlocked.Decrement(ref _outcomes[(int)before]);
        Interlocked.Increment(ref _outcomes[(int)after]);
    }

    /// <summary>Moves all counts to <paramref name="target"/>.</summary>
    public void DrainTo(SeriesTotals target)
    {
        for (var outcome = OperationOutcome.Success; outcome <= OperationOutcome.Error; outcome++)
        {
            target.Add(outcome, Interlocked.Exchange(ref _outcomes[(int)outcome], 0));
        }

        _answered.DrainTo(target.Answered);
        Volatile.Read(ref _failed)?.DrainTo(target.Failed);
        target.AddBytes(Interlocked.Exchange(ref _bytes, 0));
    }

    private LiveHistogram AddFailed()
    {
        var added = new LiveHistogram(budget);
        return Interlocked.CompareExchange(ref _failed, added, null) ?? added;
    }
}
