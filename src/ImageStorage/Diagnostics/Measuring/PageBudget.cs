namespace ImageStorage.Diagnostics.Measuring;

/// <summary>Limits the number of pages of all live histograms of a store. Thread-safe.</summary>
internal sealed class PageBudget(int limit)
{
    private int _taken;

    /// <summary>Gets the number of pages in use.</summary>
    public int Taken => Volatile.Read(ref _taken);

    /// <summary>Takes a page; returns whether one was left.</summary>
    public bool TryTake()
    {
        if (Interlocked.Increment(ref _taken) <= limit)
        {
            return true;
        }

        Interlocked.Decrement(ref _taken);
        return false;
    }

    public void Return() => Interlocked.Decrement(ref _taken);
}
