namespace ImageStorage.Caching.Memory;

/// <summary>The memory tier of a cache. Thread-safe.</summary>
internal interface IMemoryTier : IDisposable
{
    /// <summary>Gets the maximum number of bytes of one image.</summary>
    long MaxItem { get; }

    /// <summary>
    /// Returns an image, held for the caller, or null if the image is missing or expired. Counts a hit or a miss.
    /// </summary>
    CachedImage? TryGet(ImageKey key);

    /// <summary>Returns an image like <see cref="TryGet"/>, without counting.</summary>
    CachedImage? Peek(ImageKey key);

    /// <summary>
    /// Reserves memory for an image, held for the caller and not visible to readers. Evicts other images if necessary.
    /// Returns null if there is no room.
    /// </summary>
    /// <param name="info">The version.</param>
    /// <param name="length">The number of bytes that the provider returns.</param>
    CachedImage? TryReserve(ImageInfo info, long length);

    /// <summary>Makes a filled image visible to readers. Replaces an earlier version.</summary>
    void Publish(CachedImage image);

    void Remove(ImageKey key);

    void Clear();

    /// <summary>Drops expired images.</summary>
    void RemoveExpired();

    CacheTierStatistics GetStatistics();
}
