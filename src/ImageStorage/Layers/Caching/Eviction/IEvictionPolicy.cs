namespace ImageStorage.Caching.Eviction;

/// <summary>
/// Selects which nodes are evicted when a tier is full. The memory tier and the disk tier use the same policies. Not
/// thread-safe: a tier calls the policy under its lock.
/// </summary>
/// <remarks>The node that was added last is never the victim while there is another node.</remarks>
internal interface IEvictionPolicy
{
    /// <summary>Adds a node.</summary>
    void Add(CacheNode node);

    /// <summary>Records a read of a node.</summary>
    void Touch(CacheNode node);

    /// <summary>Records a read of a key that is not cached.</summary>
    void Miss(ulong hash);

    /// <summary>Removes a node.</summary>
    void Remove(CacheNode node);

    /// <summary>Returns the node to evict next, which the tier then removes; null if there is no node.</summary>
    CacheNode? ChooseVictim();
}
