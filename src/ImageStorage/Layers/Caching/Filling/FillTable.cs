using ImageStorage.Caching.Disk;
using ImageStorage.Caching.Memory;

namespace ImageStorage.Caching.Filling;

/// <summary>
/// The fills under way, one a key. Whether what a fill has read may be shown is decided here, under one lock with invalidations: after a write
/// nobody joins a fill that began before it, and what that fill read is not kept.
/// </summary>
internal sealed class FillTable(IMemoryTier memory, DiskTier? disk)
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

                // So that nothing fails between the start and the place in the table.
                _fills.EnsureCapacity(_fills.Count + 1);
                fill.Outcome = start(fill);
                _fills.Add(key, fill);
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
    /// <param name="fill">The fill.</param>
    /// <param name="image">The image in memory; null when memory does not take it.</param>
    /// <param name="file">The same on disk, where it lies already, and becomes one that is trusted; null when it does not.</param>
    /// <param name="at">When the provider had this version.</param>
    /// <returns>Whether it was shown.</returns>
    public bool Publish(Fill fill, CachedImage? image, DiskFile? file, long at)
    {
        lock (_gate)
        {
            if (!DetachLocked(fill))
            {
                return false;
            }

            if (image is null)
            {
                memory.Remove(fill.Key);
            }
            else
            {
                image.ConfirmedAt = at;
                memory.Publish(image);
            }

            if (file is null)
            {
                disk?.Distrust(fill.Key);
            }
            else
            {
                disk!.Confirm(file, at);
            }

            return true;
        }
    }

    /// <summary>Shows in memory what a fill has found in another tier. The fill goes on, for what else it has to do.</summary>
    public void Promote(Fill fill, CachedImage image, long at)
    {
        image.ConfirmedAt = at;
        lock (_gate)
        {
            if (IsAttachedLocked(fill))
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
            if (IsAttachedLocked(fill))
            {
                image.ConfirmedAt = at;
            }
        }
    }

    /// <inheritdoc cref="Confirm(Fill, CachedImage, long)"/>
    public void Confirm(Fill fill, DiskFile file, long at)
    {
        lock (_gate)
        {
            if (IsAttachedLocked(fill))
            {
                disk!.Confirm(file, at);
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
                disk?.Distrust(fill.Key);
            }
        }
    }

    /// <summary>Does a fill still stand here, so that what it reads would be shown?</summary>
    public bool IsAttached(Fill fill)
    {
        lock (_gate)
        {
            return IsAttachedLocked(fill);
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
            disk?.Distrust(key);
        }
    }

    /// <summary>Drops everything, and whatever is being read.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _fills.Clear();
            memory.Clear();
            disk?.DistrustAll();
        }
    }

    /// <summary>Lets go of everything at the end. Unlike with <see cref="Clear"/>, what lies on disk stays for the next start.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _fills.Clear();
            memory.Clear();
        }
    }

    private bool IsAttachedLocked(Fill fill) => _fills.GetValueOrDefault(fill.Key) == fill;

    private bool DetachLocked(Fill fill) => IsAttachedLocked(fill) && _fills.Remove(fill.Key);
}
