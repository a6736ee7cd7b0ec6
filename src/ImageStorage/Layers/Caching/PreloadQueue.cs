namespace ImageStorage.Caching;

/// <summary>The active preloads of a cache. Thread-safe.</summary>
internal sealed class PreloadQueue
{
    private readonly Lock _gate = new();
    private readonly HashSet<PreloadTally> _active = [];

    public void Add(PreloadTally tally)
    {
        lock (_gate)
        {
            _active.Add(tally);
        }
    }

    public void Remove(PreloadTally tally)
    {
        lock (_gate)
        {
            _active.Remove(tally);
        }
    }

    /// <summary>Returns the number of images that wait and that are being read.</summary>
    public (long Queued, long Running) Count()
    {
        lock (_gate)
        {
            return (_active.Sum(tally => tally.Queued), _active.Sum(tally => tally.Running));
        }
    }
}
