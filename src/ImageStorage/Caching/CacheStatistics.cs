namespace ImageStorage.Caching;

/// <summary>What a cache did since it was made.</summary>
/// <param name="Memory">The memory tier.</param>
/// <param name="Fills">How many images were read from the provider to be cached, or to find out that they cannot be.</param>
/// <param name="Joined">How many reads waited for the fill of another one instead of asking the provider themselves.</param>
/// <param name="Revalidations">How often the provider was asked whether it still has a version.</param>
/// <param name="Filling">How many fills are under way now.</param>
public sealed record CacheStatistics(CacheTierStatistics Memory, long Fills, long Joined, long Revalidations, int Filling);
