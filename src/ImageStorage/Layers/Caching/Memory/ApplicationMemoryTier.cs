using Microsoft.Extensions.Caching.Memory;

namespace ImageStorage.Caching.Memory;

/// <summary>The memory tier in the application's <see cref="IMemoryCache"/>, which decides about eviction.</summary>
/// <param name="cache">The application's cache; not disposed here.</param>
/// <param name="maxItem">The maximum number of bytes of one image.</param>
/// <param name="expiration">The maximum age of an image.</param>
/// <param name="clock">The clock of ages.</param>
internal sealed class ApplicationMemoryTier(IMemoryCache cache, long maxItem, TimeSpan expiration, TimeProvider clock) : IMemoryTier
{
    // Below the threshold of the large object heap.
    private const int SegmentLength = 64 << 10;

    private readonly Lock _gate = new();
    private TierCounters _counters;
    private long _entries;
    private long _bytes;

    // Part of each key. A new generation makes all earlier entries unreachable; the cache drops them when they expire.
    private object _generation = new();

    public long MaxItem { get; } = maxItem;

    public CachedImage? TryGet(ImageKey key)
    {
        var image = Peek(key);
        lock (_gate)
        {
            if (image is null)
            {
                _counters.Misses++;
            }
            else
            {
                _counters.Hits++;
                image.Accesses++;
            }
        }

        return image;
    }

    public CachedImage? Peek(ImageKey key) => cache.TryGetValue(Name(key), out var found) && found is CachedImage image && image.TryHold() ? image : null;

    public CachedImage? TryReserve(ImageInfo info, long length)
    {
        if (length <= MaxItem)
        {
            try
            {
                return Allocate(info, length);
            }
            catch (OutOfMemoryException)
            {
                // The image is read past the cache.
            }
        }

        lock (_gate)
        {
            _counters.Rejections++;
        }

        return null;
    }

    public void Publish(CachedImage image)
    {
        if (image.Age >= expiration)
        {
            return;
        }

        using var entry = cache.CreateEntry(Name(image.Info.Key));
        image.SetBorn(clock);
        image.TryHold();
        lock (_gate)
        {
            _entries++;
            _bytes += image.Size;
        }

        entry.Value = image;
        entry.Size = image.Size;
        entry.AbsoluteExpirationRelativeToNow = expiration - image.Age;
        entry.RegisterPostEvictionCallback(static (_, value, reason, tier) => ((ApplicationMemoryTier)tier!).Dropped((CachedImage)value!, reason), this);
    }

    public void Remove(ImageKey key) => cache.Remove(Name(key));

    public void Clear() => _generation = new object();

    // The application's cache expires its entries itself.
    public void RemoveExpired()
    {
    }

    public CacheTierStatistics GetStatistics()
    {
        lock (_gate)
        {
            return _counters.ToStatistics(_entries, _bytes, null);
        }
    }

    public void Dispose() => Clear();

    private void Dropped(CachedImage image, EvictionReason reason)
    {
        lock (_gate)
        {
            _entries--;
            _bytes -= image.Size;
            switch (reason)
            {
                case EvictionReason.Capacity:
                    _counters.Evictions++;
                    break;
                case EvictionReason.Expired or EvictionReason.TokenExpired:
                    _counters.Expirations++;
                    break;
                default:
                    _counters.Invalidations++;
                    break;
            }
        }

        image.Release();
    }

    private static CachedImage Allocate(ImageInfo info, long length)
    {
        var segments = new Memory<byte>[(length + SegmentLength - 1) / SegmentLength];
        for (var index = 0; index < segments.Length; index++)
        {
            segments[index] = GC.AllocateUninitializedArray<byte>((int)Math.Min(SegmentLength, length - ((long)index * SegmentLength)));
        }

        return new CachedImage(info, 0, segments, length, null);
    }

    private (object Generation, ImageKey Key) Name(ImageKey key) => (_generation, key);
}
