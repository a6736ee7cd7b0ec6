namespace ImageStorage;

/// <summary>What a cache did since it was made.</summary>
/// <param name="Memory">The memory tier.</param>
/// <param name="Fills">How many images were looked for beyond memory, because they were not there or not known to be current.</param>
/// <param name="Joined">How many reads waited for the fill of another one instead of asking the provider themselves.</param>
/// <param name="Revalidations">How often the provider was asked whether it still has a version.</param>
/// <param name="Filling">How many fills are under way now.</param>
public sealed record CacheStatistics(CacheTierStatistics Memory, long Fills, long Joined, long Revalidations, int Filling)
{
    /// <summary>The tier on disk, with the bytes of all processes that share its folder as far as this one has seen; null when there is none.</summary>
    public CacheTierStatistics? Disk { get; init; }

    /// <summary>The tier in the distributed cache, which does not tell how many images it holds; null when there is none.</summary>
    public CacheTierStatistics? Distributed { get; init; }
}
