namespace ImageStorage.Benchmarks.HitRates;

/// <summary>What a cache is there for.</summary>
internal enum CacheRole
{
    /// <summary>Ours, with the policy that it has unless said otherwise.</summary>
    Default,

    /// <summary>Ours, with the other policy.</summary>
    LeastRecentlyUsed,

    /// <summary>What the other policy should be equal to.</summary>
    Reference,

    /// <summary>A cache of somebody else.</summary>
    Other,

    /// <summary>No cache, but what none can pass.</summary>
    Bound,
}
