namespace ImageStorage;

/// <summary>The statistics of a cache since the cache was created.</summary>
public sealed record CacheStatistics
{
    /// <summary>Gets the statistics of the memory tier.</summary>
    public required CacheTierStatistics Memory { get; init; }

    /// <summary>Gets the number of fills: reads of images that memory did not hold, or held in a version that had to be revalidated.</summary>
    public required long Fills { get; init; }

    /// <summary>Gets the number of reads that waited for the fill of another read instead of querying the provider.</summary>
    public required long Joined { get; init; }

    /// <summary>Gets the number of revalidations: queries whether the provider still has a version.</summary>
    public required long Revalidations { get; init; }

    /// <summary>Gets the number of fills that are running now.</summary>
    public required int Filling { get; init; }

    /// <summary>
    /// Gets the statistics of the disk tier, with the bytes of all processes that share its folder as far as this process has seen them; null if the
    /// cache has no disk tier.
    /// </summary>
    public CacheTierStatistics? Disk { get; init; }

    /// <summary>Gets the statistics of the distributed tier, without a number of images; null if the cache has no distributed tier.</summary>
    public CacheTierStatistics? Distributed { get; init; }
}
