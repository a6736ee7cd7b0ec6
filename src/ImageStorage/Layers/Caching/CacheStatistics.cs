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
