using ImageStorage.Caching.Disk;
using ImageStorage.Caching.Memory;

namespace ImageStorage.Caching.Filling;

/// <summary>
/// The active fills, one per key. Publishing and invalidating use the same lock: after a write, no caller joins a fill
/// that began before the write, and the result of such a fill is not kept.
/// </summary>
internal sealed class FillTable(IMemoryTier memory, DiskTier? disk)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ImageKey, Fill> _fills = [];
    private long _started;
    private long _joined;

    public long Started => Volatile.Read(ref _started);

    public long Joined => Volatile.Read(ref _joined);

    /// <summary>Gets the number of active fills.</summary>
    public int Active
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
    /// <param name="start">Starts the fill. Called under the lock, so it must return at its first await.</param>
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

                // After this, adding a started fill to the table cannot fail.
                _fills.EnsureCapacity(_fills.Count + 1);
                fill.Result = start(fill);
                _fills.Add(key, fill);
            }

            fill.Callers++;
            return fill;
        }
    }

    /// <summary>Leaves a fill. The last caller ends the fill and releases its result.</summary>
    public ValueTask LeaveAsync(Fill fill)
    {
        lock (_gate)
        {
            if (--fill.Callers > 0)
            {
                return ValueTask.CompletedTask;
            }

            DetachLocked(fill);
        }

        return fill.DisposeAsync();
    }

    /// <summary>
    /// Publishes the result of a fill, unless its key was written or the cache cleared since the fill began.
    /// </summary>
    /// <param name="fill">The fill.</param>
    /// <param name="image">The image in memory; null if memory does not accept the image.</param>
    /// <param name="file">The file on disk, which becomes trusted; null if there is none.</param>
    /// <param name="at">When the version was confirmed with the provider, as a timestamp.</param>
    /// <returns><see langword="true"/> if the result was published.</returns>
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

    /// <summary>Publishes in memory the image that a fill has found in another tier. The fill stays active.</summary>
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

    /// <summary>
    /// Confirms that the provider still has a version, unless its key was written since the fill began.
    /// </summary>
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

    /// <summary>
    /// Drops the cached image of a key, after a fill has found that the image is gone or cannot be cached, unless the
    /// key was written since the fill began.
    /// </summary>
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

    /// <summary>Returns whether a fill is still in the table, so that its result would be published.</summary>
    public bool IsAttached(Fill fill)
    {
        lock (_gate)
        {
            return IsAttachedLocked(fill);
        }
    }

    /// <summary>Removes a fill from the table, so that no caller joins it.</summary>
    public void Detach(Fill fill)
    {
        lock (_gate)
        {
            DetachLocked(fill);
        }
    }

    /// <summary>Drops the image of a key and detaches its fill.</summary>
    public void Invalidate(ImageKey key)
    {
        lock (_gate)
        {
            _fills.Remove(key);
            memory.Remove(key);
            disk?.Distrust(key);
        }
    }

    /// <summary>Drops all images and detaches all fills.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _fills.Clear();
            memory.Clear();
            disk?.DistrustAll();
        }
    }

    /// <summary>
    /// Releases all images in memory at the end. Unlike <see cref="Clear"/>, keeps the trust and the files on disk.
    /// </summary>
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
