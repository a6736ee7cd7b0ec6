namespace ImageStorage;

/// <summary>What one tier of a cache did since it was made, and what it holds.</summary>
public sealed record CacheTierStatistics
{
    /// <summary>How many reads found their image here.</summary>
    public required long Hits { get; init; }

    /// <summary>How many reads did not.</summary>
    public required long Misses { get; init; }

    /// <summary>How many images it holds.</summary>
    public required long Entries { get; init; }

    /// <summary>How many bytes of its budget are taken, by images that were dropped while they are still read, too.</summary>
    public required long Bytes { get; init; }

    /// <summary>The budget in bytes; null when it is not this cache's own.</summary>
    public required long? LimitBytes { get; init; }

    /// <summary>How many images were dropped to make room.</summary>
    public required long Evictions { get; init; }

    /// <summary>How many images were dropped because their time was over.</summary>
    public required long Expirations { get; init; }

    /// <summary>How many images were dropped because they were written, deleted or changed.</summary>
    public required long Invalidations { get; init; }

    /// <summary>How many images were not taken in: too large, or no room beside what is being read.</summary>
    public required long Refusals { get; init; }

    /// <summary>How many images were dropped because their bytes were not those that were written.</summary>
    public long Damaged { get; init; }

    /// <summary>How often the tier could not be used: its folder or its server failed, and images were read past it.</summary>
    public long Faults { get; init; }

    /// <summary>The share of reads that found their image here, 0 to 1; 0 before the first.</summary>
    public double HitRate => Hits + Misses == 0 ? 0 : (double)Hits / (Hits + Misses);
}
