using ImageStorage.Caching.Eviction;

namespace ImageStorage.Caching.Memory;

/// <summary>
/// One version of an image in memory. Counted: the tier holds it once, and so does each reader; its memory goes back when the last lets go.
/// So an image that is dropped while it is read stays readable, and its bytes count until then.
/// </summary>
/// <param name="info">The version.</param>
/// <param name="hash">The hash of its key.</param>
/// <param name="segments">Where its bytes lie, in order, and no more than those.</param>
/// <param name="size">The bytes of the budget that it takes.</param>
/// <param name="release">Called once, when nobody holds it any more.</param>
internal sealed class CachedImage(ImageInfo info, ulong hash, Memory<byte>[] segments, long size, Action<CachedImage>? release) : CacheNode(hash, size)
{
    private readonly Memory<byte>[] _segments = segments;
    private int _holders = 1;
    private long _confirmedAt;

    public ImageInfo Info { get; } = info;

    public ReadOnlySpan<Memory<byte>> Segments => _segments;

    /// <summary>The number of bytes: those that a read of the provider gives, which with an encoding are not the image's own.</summary>
    public long Length { get; } = segments.Sum(segment => (long)segment.Length);

    /// <summary>How long it was in another tier before this one, of the time that an image may stay.</summary>
    public TimeSpan Age { get; set; }

    /// <summary>When it came into the cache, by the clock's timestamps. Set when it is published.</summary>
    public long BornAt { get; set; }

    /// <summary>Tells those apart that came at the same time. Set when it is published.</summary>
    public long Number { get; set; }

    /// <summary>The last time at which the provider was known to have this version, by the clock's timestamps.</summary>
    public long ConfirmedAt
    {
        get => Volatile.Read(ref _confirmedAt);
        set => Volatile.Write(ref _confirmedAt, value);
    }

    /// <summary>Holds the image, unless everybody has let go of it.</summary>
    public bool TryHold()
    {
        for (var holders = Volatile.Read(ref _holders); holders > 0;)
        {
            var seen = Interlocked.CompareExchange(ref _holders, holders + 1, holders);
            if (seen == holders)
            {
                return true;
            }

            holders = seen;
        }

        return false;
    }

    /// <summary>Lets go; answers whether that was the last one.</summary>
    public bool Release()
    {
        if (Interlocked.Decrement(ref _holders) > 0)
        {
            return false;
        }

        release?.Invoke(this);
        return true;
    }
}
