namespace ImageStorage.Diagnostics.Measuring;

/// <summary>
/// Counts durations since the last collection. Adding a duration is one atomic increment. A page of counters is created
/// when its power of two first occurs. Thread-safe.
/// </summary>
internal sealed class LiveHistogram(PageBudget budget)
{
    private readonly uint[]?[] _pages = new uint[]?[DurationScale.PageCount];

    /// <summary>Adds a duration. If the budget is exhausted, a duration in a new power of two is not added.</summary>
    public void Add(long nanoseconds)
    {
        var bucket = DurationScale.BucketOf(nanoseconds);
        if ((Volatile.Read(ref _pages[bucket / DurationScale.PageLength]) ?? AddPage(bucket / DurationScale.PageLength)) is { } page)
        {
            Interlocked.Increment(ref page[bucket % DurationScale.PageLength]);
        }
    }

    /// <summary>
    /// Moves all counts to <paramref name="target"/>. A duration that is added meanwhile is moved now or by the next call,
    /// never twice.
    /// </summary>
    public void DrainTo(DurationCounts target)
    {
        for (var number = 0; number < _pages.Length; number++)
        {
            if (Volatile.Read(ref _pages[number]) is not { } page)
            {
                continue;
            }

            for (var index = 0; index < page.Length; index++)
            {
                if (Volatile.Read(ref page[index]) != 0)
                {
                    target.Add((number * DurationScale.PageLength) + index, Interlocked.Exchange(ref page[index], 0));
                }
            }
        }
    }

    private uint[]? AddPage(int number)
    {
        if (!budget.TryTake())
        {
            return Volatile.Read(ref _pages[number]);
        }

        var added = new uint[DurationScale.PageLength];
        if (Interlocked.CompareExchange(ref _pages[number], added, null) is not { } first)
        {
            return added;
        }

        budget.Return();
        return first;
    }
}
