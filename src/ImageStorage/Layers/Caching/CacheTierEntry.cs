namespace ImageStorage;

/// <summary>One image in one tier of a cache; see <see cref="IImageCache.InspectAsync"/>.</summary>
public sealed record CacheTierEntry
{
    /// <summary>Gets the tier.</summary>
    public required CacheTier Tier { get; init; }

    /// <summary>Gets the version of the image in the tier.</summary>
    public required ImageETag ETag { get; init; }

    /// <summary>
    /// Gets the number of bytes that the image uses: its share of <see cref="CacheTierStatistics.Bytes"/>, or the length
    /// of the entry in a distributed cache.
    /// </summary>
    public required long Bytes { get; init; }

    /// <summary>Gets the time since the image was read from the provider.</summary>
    public required TimeSpan Age { get; init; }

    /// <summary>
    /// Gets the number of reads that found the image in the tier since this process knows the entry; null for a
    /// distributed cache, which does not report the number.
    /// </summary>
    public long? Accesses { get; init; }

    /// <summary>
    /// Gets a value indicating whether the tier may serve the image now; otherwise the provider is asked for the current
    /// version first.
    /// </summary>
    public required bool IsFresh { get; init; }
}

/// <summary>Specifies a tier of a cache.</summary>
public enum CacheTier
{
    /// <summary>The memory of this process.</summary>
    Memory,

    /// <summary>A folder, which several processes of one machine can share.</summary>
    Disk,

    /// <summary>A distributed cache, such as Redis.</summary>
    Distributed,
}
