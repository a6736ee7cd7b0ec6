namespace ImageStorage.Diagnostics.Measuring;

/// <summary>
/// The figures of one operation, or of all operations of one part, over the last 24 hours. <see cref="Record"/> is
/// thread-safe and lock-free; all other members are called under the lock of the <see cref="OperationRecorder"/>.
/// </summary>
/// <remarks>
/// Operations are counted in live counters. <see cref="Collect"/> moves the counts to the span of the open minute. A minute
/// stays a span of its own for an hour; then it becomes a part of the span of its hour. Spans older than a day are removed.
/// docs/design/measuring.md has the memory arithmetic.
/// </remarks>
/// <param name="name">The name of the operation; for a part, the name of the part.</param>
/// <param name="stripes">The number of live counters, a power of two: processor cores count apart.</param>
/// <param name="keepsMinutes">Whether the series has a summary for each minute of the day.</param>
/// <param name="budget">The pages of all live histograms of the store.</param>
internal sealed class OperationSeries(string name, int stripes, bool keepsMinutes, PageBudget budget)
{
    public const int MinutesPerHour = 60;
    public const int MinutesPerDay = 24 * MinutesPerHour;

    private readonly SeriesStripe?[] _stripes = new SeriesStripe?[stripes];
    private readonly List<SeriesSpan> _spans = [];
    private MinuteSummary[]? _minutes;

    public string Name { get; } = name;

    /// <summary>Gets a value that indicates whether an operation was ever recorded.</summary>
    public bool IsUsed { get; private set; }

    /// <summary>Gets the approximate memory of the spans in bytes.</summary>
    public int Memory { get; private set; }

    public void Record(in OperationSample sample) => CurrentStripe().Record(sample);

    /// <summary>Changes the outcome of an operation that was recorded. Thread-safe.</summary>
    public void Change(OperationOutcome before, OperationOutcome after) => CurrentStripe().Change(before, after);

    /// <summary>Moves the live counts to the span of a minute, and keeps the spans within their limits.</summary>
    /// <param name="minute">The open minute.</param>
    /// <param name="memoryLimit">The maximum memory of the spans, unless a single span is longer.</param>
    /// <param name="totals">Is used for calculations.</param>
    public void Collect(int minute, int memoryLimit, SeriesTotals totals)
    {
        totals.Clear();
        foreach (var stripe in _stripes)
        {
            stripe?.DrainTo(totals);
        }

        if (totals.HasAny)
        {
            IsUsed = true;
            if (_spans is [.., var last] && last.From == minute)
            {
                totals.Add(last);
                RemoveAt(_spans.Count - 1);
            }

            Insert(_spans.Count, totals.ToSpan(minute, minute + 1));
            if (keepsMinutes)
            {
                (_minutes ??= new MinuteSummary[MinutesPerDay])[minute % MinutesPerDay] = totals.ToSummary(minute);
            }
        }

        Compact(minute, memoryLimit, totals);
    }

    /// <summary>Adds up the spans since a minute.</summary>
    public void AddTo(SeriesTotals totals, int from)
    {
        totals.Clear();
        for (var index = _spans.Count - 1; index >= 0 && _spans[index].To > from; index--)
        {
            totals.Add(_spans[index]);
        }
    }

    /// <summary>Returns the summaries of the minutes in which there were operations.</summary>
    public IReadOnlyList<MinuteSummary> MinutesSince(int from, int open) => _minutes is null
        ? []
        : [.. Enumerable.Range(from, open - from + 1).Select(minute => (Minute: minute, Summary: _minutes[minute % MinutesPerDay])).Where(slot => slot.Summary.Count > 0 && slot.Summary.Minute == slot.Minute).Select(slot => slot.Summary)];

    private void Compact(int open, int memoryLimit, SeriesTotals totals)
    {
        while (_spans is [var oldest, ..] && oldest.To <= open - MinutesPerDay)
        {
            RemoveAt(0);
        }

        // Spans of the same hour become one span when the minute of the later span is an hour old.
        for (var index = 1; index < _spans.Count && _spans[index].To <= open - MinutesPerHour;)
        {
            index = _spans[index - 1].From / MinutesPerHour == _spans[index].From / MinutesPerHour ? Merge(index, totals) : index + 1;
        }

        while (Memory > memoryLimit && _spans.Count > 1)
        {
            Merge(1, totals);
        }
    }

    // Merges a span into the span before it. Returns the index of the span after it.
    private int Merge(int index, SeriesTotals totals)
    {
        var (first, second) = (_spans[index - 1], _spans[index]);
        totals.Clear();
        totals.Add(first);
        totals.Add(second);
        RemoveAt(index);
        RemoveAt(index - 1);
        Insert(index - 1, totals.ToSpan(first.From, second.To));
        return index;
    }

    private void Insert(int index, SeriesSpan span)
    {
        _spans.Insert(index, span);
        Memory += span.Memory;
    }

    private void RemoveAt(int index)
    {
        Memory -= _spans[index].Memory;
        _spans.RemoveAt(index);
    }

    private SeriesStripe CurrentStripe()
    {
        ref var stripe = ref _stripes[Thread.GetCurrentProcessorId() & (_stripes.Length - 1)];
        return Volatile.Read(ref stripe) ?? AddStripe(ref stripe);
    }

    private SeriesStripe AddStripe(ref SeriesStripe? stripe)
    {
        var added = new SeriesStripe(budget);
        return Interlocked.CompareExchange(ref stripe, added, null) ?? added;
    }
}
