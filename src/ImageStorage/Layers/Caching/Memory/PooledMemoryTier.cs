using System.IO.Hashing;
using System.Runtime.InteropServices;
using ImageStorage.Caching.Eviction;

namespace ImageStorage.Caching.Memory;

/// <summary>
/// The memory tier with its own memory. One lock keeps the policy exact; the work under the lock takes some tens of
/// nanoseconds, far less than the work of a reader with the image.
/// </summary>
/// <param name="memory">The memory of the payloads; its limit is the budget.</param>
/// <param name="policy">Selects which images are evicted when the tier is full.</param>
/// <param name="maxItem">The maximum number of bytes of one image.</param>
/// <param name="expiration">The maximum age of an image.</param>
/// <param name="clock">The clock of expirations.</param>
/// <param name="seed">The seed of the hashes of keys, so that no sender of keys can make them share counters.</param>
internal sealed class PooledMemoryTier(PayloadMemory memory, IEvictionPolicy policy, long maxItem, TimeSpan expiration, TimeProvider clock, long seed) : IMemoryTier
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ImageKey, CachedImage> _images = [];

    // Ordered by age, because an image from another tier may be older than images that were added earlier.
    private readonly SortedSet<CachedImage> _byAge = new(Comparer<CachedImage>.Create(static (one, other) => (one.BornAt, one.Number).CompareTo((other.BornAt, other.Number))));
    private TierCounters _counters;
    private long _published;

    public long MaxItem { get; } = maxItem;

    public CachedImage? TryGet(ImageKey key)
    {
        lock (_gate)
        {
            if (FindLocked(key) is { } image)
            {
                _counters.Hits++;
                image.Accesses++;
                policy.Touch(image);
                image.TryHold();
                return image;
            }

            _counters.Misses++;
            policy.Miss(HashOf(key));
            return null;
        }
    }

    public CachedImage? Peek(ImageKey key)
    {
        lock (_gate)
        {
            var image = FindLocked(key);
            image?.TryHold();
            return image;
        }
    }

    public CachedImage? TryReserve(ImageInfo info, long length)
    {
        lock (_gate)
        {
            var extents = length <= MaxItem ? RentLocked(length) : null;
            if (extents is null)
            {
                _counters.Rejections++;
                return null;
            }

            try
            {
                return new CachedImage(info, HashOf(info.Key), SegmentsOf(extents, length), PayloadMemory.RoundUp(length), _ => memory.Return(extents));
            }
            catch
            {
                memory.Return(extents);
                throw;
            }
        }
    }

    public void Publish(CachedImage image)
    {
        image.TryHold();
        lock (_gate)
        {
            if (_images.GetValueOrDefault(image.Info.Key) is { } before)
            {
                RemoveLocked(before);
            }

            image.SetBorn(clock);
            image.Number = ++_published;
            try
            {
                _byAge.Add(image);
                _images.Add(image.Info.Key, image);
                policy.Add(image);
            }
            catch
            {
                RemoveLocked(image);
                throw;
            }
        }
    }

    public void Remove(ImageKey key)
    {
        lock (_gate)
        {
            if (_images.GetValueOrDefault(key) is { } image)
            {
                _counters.Invalidations++;
                RemoveLocked(image);
            }
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            _counters.Invalidations += _images.Count;
            while (_byAge.Max is { } last)
            {
                RemoveLocked(last);
            }
        }
    }

    public void RemoveExpired()
    {
        lock (_gate)
        {
            while (_byAge.Min is { } oldest && IsExpired(oldest))
            {
                _counters.Expirations++;
                RemoveLocked(oldest);
            }
        }
    }

    public CacheTierStatistics GetStatistics()
    {
        lock (_gate)
        {
            return _counters.ToStatistics(_images.Count, memory.UsedBytes, memory.LimitBytes);
        }
    }

    public void Dispose() => Clear();

    private CachedImage? FindLocked(ImageKey key)
    {
        if (!_images.TryGetValue(key, out var image) || !IsExpired(image))
        {
            return image;
        }

        _counters.Expirations++;
        RemoveLocked(image);
        return null;
    }

    /// <summary>
    /// Rents memory, and evicts other images if necessary. A victim that is being read frees no memory; up to
    /// <paramref name="length"/> bytes of such victims are accepted, then the new image is rejected.
    /// </summary>
    private Extent[]? RentLocked(long length)
    {
        var stillRead = 0L;
        while (true)
        {
            if (memory.TryRent(length) is { } extents)
            {
                return extents;
            }

            if (stillRead > length || policy.ChooseVictim() is not CachedImage victim)
            {
                return null;
            }

            _counters.Evictions++;
            stillRead += RemoveLocked(victim) ? 0 : victim.Size;
        }
    }

    /// <summary>Removes an image. Returns whether its memory is free, because no stream reads it.</summary>
    private bool RemoveLocked(CachedImage image)
    {
        _images.Remove(image.Info.Key);
        _byAge.Remove(image);
        if (image.Owner is not null)
        {
            policy.Remove(image);
        }

        return image.Release();
    }

    private bool IsExpired(CachedImage image) => clock.GetElapsedTime(image.BornAt) >= expiration;

    private Memory<byte>[] SegmentsOf(Extent[] extents, long length)
    {
        var segments = new Memory<byte>[extents.Length];
        for (var index = 0; index < extents.Length; index++)
        {
            var extent = memory[extents[index]];
            segments[index] = extent[..(int)Math.Min(extent.Length, length)];
            length -= segments[index].Length;
        }

        return segments;
    }

    private ulong HashOf(ImageKey key) => XxHash3.HashToUInt64(MemoryMarshal.AsBytes(key.Value.AsSpan()), seed);
}
