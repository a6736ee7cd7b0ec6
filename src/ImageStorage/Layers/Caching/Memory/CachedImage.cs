using ImageStorage.Caching.Eviction;

namespace ImageStorage.Caching.Memory;

/// <summary>
/// One version of an image in memory. The tier and each reader hold the image, and the last release returns the memory.
/// An image that is dropped while it is being read stays readable, and its bytes count until the last release.
/// </summary>
/// <param name="info">The version.</param>
/// <param name="hash">The hash of the key.</param>
/// <param name="segments">The memory of the payload, in order, exactly as long as the payload.</param>
/// <param name="size">The bytes of the budget that the image uses.</param>
/// <param name="release">Called once, at the last release.</param>
internal sealed class CachedImage(ImageInfo info, ulong hash, Memory<byte>[] segments, long size, Action<CachedImage>? release) : CacheNode(hash, size)
{
    private readonly Memory<byte>[] _segments = segments;
    private int _holders = 1;
    private long _confirmedAt;

    public ImageInfo Info { get; } = info;

    public ReadOnlySpan<Memory<byte>> Segments => _segments;

    /// <summary>
    /// Gets the number of bytes that a read of the provider returns. With an encoding, these are the stored bytes.
    /// </summary>
    public long Length { get; } = segments.Sum(segment => (long)segment.Length);

    /// <summary>
    /// Gets or sets the time that the image has spent in other tiers, which counts for its expiration.
    /// </summary>
    public TimeSpan Age { get; set; }

    /// <summary>
    /// Gets when the image was added to the cache, as a timestamp. Set when the image is published.
    /// </summary>
    public long BornAt { get; private set; }

    /// <summary>Gets or sets a number that orders images with the same time. Set when the image is published.</summary>
    public long Number { get; set; }

    /// <summary>Gets or sets when the version was last confirmed with the provider, as a timestamp.</summary>
    public long ConfirmedAt
    {
        get => Volatile.Read(ref _confirmedAt);
        set => Volatile.Write(ref _confirmedAt, value);
    }

    /// <summary>Records that the image is added to the cache now, after its time in other tiers.</summary>
    public void SetBorn(TimeProvider clock) => BornAt = clock.GetTimestamp() - (long)(Age.TotalSeconds * clock.TimestampFrequency);

    /// <summary>Holds the image, unless it was released by all holders.</summary>
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

    /// <summary>Releases the image once. Returns whether this was the last release.</summary>
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
