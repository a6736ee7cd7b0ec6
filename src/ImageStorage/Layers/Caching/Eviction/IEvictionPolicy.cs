namespace ImageStorage.Caching.Eviction;

/// <summary>
/// Who has to go when there is no room. Both tiers use the same policies. Not thread-safe: the tier calls it under its lock.
/// </summary>
/// <remarks>
/// A node that was just added is never the victim while there is another one: what a caller has just paid for is not dropped
/// because the cache is full.
/// </remarks>
internal interface IEvictionPolicy
{
    /// <summary>Takes a node in.</summary>
    void Add(CacheNode node);

    /// <summary>Hears that a node was read.</summary>
    void Touch(CacheNode node);

    /// <summary>Hears that a key was asked for that is not there.</summary>
    void Miss(ulong hash);

    /// <summary>Forgets a node, whyever.</summary>
    void Remove(CacheNode node);

    /// <summary>The node to drop next; the tier removes it. Null when there is none.</summary>
    CacheNode? ChooseVictim();
}
