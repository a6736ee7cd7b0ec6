namespace ImageStorage;

/// <summary>Counters of a cache since its creation.</summary>
/// <param name="Memory">The memory tier.</param>
/// <param name="Fills">
/// The number of fills: reads past memory, because the image was missing or not known to be current.
/// </param>
/// <param name="Joined">The number of reads that waited for an active fill instead of starting another fill.</param>
/// <param name="Revalidations">
/// The number of requests to the provider for the current version of a cached image.
/// </param>
/// <param name="Filling">The number of active fills.</param>
public sealed record CacheStatistics(CacheTierStatistics Memory, long Fills, long Joined, long Revalidations, int Filling)
{
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
