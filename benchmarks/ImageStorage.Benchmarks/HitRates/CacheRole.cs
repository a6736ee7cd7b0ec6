namespace ImageStorage.Benchmarks.HitRates;

/// <summary>The role of a cache in the comparison.</summary>
internal enum CacheRole
{
    /// <summary>The cache of this library, with its default policy.</summary>
    Default,

    /// <summary>The cache of this library, with the other policy.</summary>
    LeastRecentlyUsed,

    /// <summary>The reference that the other policy should equal.</summary>
    Reference,

    /// <summary>A cache of another library.</summary>
    Other,

    /// <summary>Not a cache: an upper bound for all caches.</summary>
    Bound,
}
