namespace ImageStorage;

/// <summary>Counters of a cache since its creation.</summary>
public sealed record CacheStatistics
{
    /// <summary>Gets the counters of the memory tier.</summary>
    public required CacheTierStatistics Memory { get; init; }

    /// <summary>Gets the number of fills: reads past memory, because the image was missing or not known to be current.</summary>
    public required long Fills { get; init; }

    /// <summary>Gets the number of reads that waited for an active fill instead of starting another fill.</summary>
    public required long Joined { get; init; }

    /// <summary>Gets the number of requests to the provider for the current version of a cached image.</summary>
    public required long Revalidations { get; init; }

    /// <summary>Gets the number of active fills.</summary>
    public required int Filling { get; init; }

    /// <summary>
    /// Gets the number of images that active preloads have not begun to read. A preload of a sequence without a known
    /// number of keys adds nothing.
    /// </summary>
    public long PreloadsQueued { get; init; }

    /// <summary>Gets the number of images that active preloads are reading.</summary>
    public long PreloadsRunning { get; init; }

    /// <summary>
    /// Gets the counters of the disk tier, or null without such a tier. The bytes are those of all processes that share
    /// the folder, as of the last change by this process.
    /// </summary>
    public CacheTierStatistics? Disk { get; init; }

    /// <summary>
    /// Gets the counters of the distributed tier, or null without such a tier. The number of entries and bytes is
    /// always 0, because a distributed cache does not report them.
    /// </summary>
    public CacheTierStatistics? Distributed { get; init; }
}

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
