namespace ImageStorage;

/// <summary>Counters of one tier of a cache since its creation, and the current content of the tier.</summary>
public sealed record CacheTierStatistics
{
    /// <summary>Gets the number of reads that found their image in the tier.</summary>
    public required long Hits { get; init; }

    /// <summary>Gets the number of reads that did not find their image in the tier.</summary>
    public required long Misses { get; init; }

    /// <summary>Gets the number of images in the tier.</summary>
    public required long Entries { get; init; }

    /// <summary>
    /// Gets the number of bytes of the budget in use. Dropped images that are still being read count.
    /// </summary>
    public required long Bytes { get; init; }

    /// <summary>Gets the budget in bytes, or null if another component limits the tier.</summary>
    public required long? LimitBytes { get; init; }

    /// <summary>Gets the number of images that were dropped to make room.</summary>
    public required long Evictions { get; init; }

    /// <summary>Gets the number of images that were dropped because they had expired.</summary>
    public required long Expirations { get; init; }

    /// <summary>Gets the number of images that were dropped because they were written, deleted or changed.</summary>
    public required long Invalidations { get; init; }

    /// <summary>
    /// Gets the number of images that were not accepted: too large, or no room beside images that are being read.
    /// </summary>
    public required long Rejections { get; init; }

    /// <summary>Gets the number of images that were dropped because their bytes had changed.</summary>
    public long Damaged { get; init; }

    /// <summary>
    /// Gets the number of failures of the folder or the server, on which images were read past the tier.
    /// </summary>
    public long Faults { get; init; }

    /// <summary>Gets the share of reads that found their image in the tier, 0 to 1; 0 before the first read.</summary>
    public double HitRate => Hits + Misses == 0 ? 0 : (double)Hits / (Hits + Misses);
}
