namespace ImageStorage.Caching.Memory;

/// <summary>Keeps images in memory, within a budget.</summary>
internal interface IMemoryTier : IDisposable
{
    /// <summary>The most bytes of an image that it takes.</summary>
    long MaxItem { get; }

    /// <summary>The image, held for the caller; null when it is not there or has expired. Counts as a hit or a miss.</summary>
    CachedImage? TryGet(ImageKey key);

    /// <summary>The same, without counting.</summary>
    CachedImage? Peek(ImageKey key);

    /// <summary>Memory for an image that is about to be read, held for the caller and seen by nobody; null when it is to be had neither free nor by dropping others.</summary>
    /// <param name="info">The version.</param>
    /// <param name="length">How many bytes the provider gives of it.</param>
    CachedImage? TryReserve(ImageInfo info, long length);

    /// <summary>Shows an image that was filled, in place of the one before.</summary>
    void Publish(CachedImage image);

    void Remove(ImageKey key);

    void Clear();

    /// <summary>Drops what has expired.</summary>
    void RemoveExpired();

    CacheTierStatistics GetStatistics();
}
