using ImageStorage.Caching.Memory;

namespace ImageStorage.Caching.Filling;

/// <summary>
/// The fills under way, one a key. Whether what a fill has read may be shown is decided here, under one lock with invalidations: after a write
/// nobody joins a fill that began before it, and what that fill read is not kept.
/// </summary>
internal sealed class FillTable(IMemoryTier memory)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ImageKey, Fill> _fills = [];
    private long _started;
    private long _joined;

    public long Started => Volatile.Read(ref _started);

    public long Joined => Volatile.Read(ref _joined);

    public int UnderWay
    {
        get
        {
            lock (_gate)
            {
                return _fills.Count;
            }
        }
    }

    /// <summary>Joins the fill of a key, or starts one. Each call needs one of <see cref="LeaveAsync"/>.</summary>
    /// <param name="key">The image.</param>
    /// <param name="start">Starts the fill; called under the lock, so it must come back at its first wait.</param>
    public Fill Join(ImageKey key, Func<Fill, Task<FillResult>> start)
    {
        lock (_gate)
        {
            if (_fills.TryGetValue(key, out var fill))
            {
                _joined++;
            }
            else
            {
                _started++;
                fill = new Fill(key);
                _fills.Add(key, fill);
                fill.Outcome = start(fill);
            }

            fill.Waiting++;
            return fill;
        }
    }

    /// <summary>Leaves a fill. When the last one leaves, the fill ends and its result is let go.</summary>
    public ValueTask LeaveAsync(Fill fill)
    {
        lock (_gate)
        {
            if (--fill.Waiting > 0)
            {
                return ValueTask.CompletedTask;
            }

            DetachLocked(fill);
        }

        return fill.DisposeAsync();
    }

    /// <summary>Shows what a fill has read, unless its key was written or the cache cleared since the fill began.</summary>
    public void Publish(Fill fill, CachedImage image)
    {
        lock (_gate)
        {
            if (DetachLocked(fill))
            {
                memory.Publish(image);
            }
        }
    }

    /// <summary>Confirms that the provider still has a version, unless its key was written since the fill began.</summary>
    public void Confirm(Fill fill, CachedImage image, long at)
    {
        lock (_gate)
        {
            if (DetachLocked(fill))
            {
                image.ConfirmedAt = at;
            }
        }
    }

    /// <summary>Drops what was there before, as a fill has found that it is gone or cannot be cached, unless its key was written since the fill began.</summary>
    public void Drop(Fill fill)
    {
        lock (_gate)
        {
            if (DetachLocked(fill))
            {
                memory.Remove(fill.Key);
            }
        }
    }

    /// <summary>Ends a fill, so that nobody joins it any more.</summary>
    public void Detach(Fill fill)
    {
        lock (_gate)
        {
            DetachLocked(fill);
        }
    }

    /// <summary>Drops a key, and what is being read of it.</summary>
    public void Invalidate(ImageKey key)
    {
        lock (_gate)
        {
            _fills.Remove(key);
            memory.Remove(key);
        }
    }

    /// <summary>Drops everything, and whatever is being read.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _fills.Clear();
            memory.Clear();
        }
    }

    private bool DetachLocked(Fill fill) => _fills.GetValueOrDefault(fill.Key) == fill && _fills.Remove(fill.Key);
}
