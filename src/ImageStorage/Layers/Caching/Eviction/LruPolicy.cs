namespace ImageStorage.Caching.Eviction;

/// <summary>Exact LRU: evicts the node that was read longest ago.</summary>
internal sealed class LruPolicy : IEvictionPolicy
{
    private readonly NodeList _nodes = new();

    public void Add(CacheNode node) => _nodes.Add(node);

    public void Touch(CacheNode node) => _nodes.MoveToNewest(node);

    public void Miss(ulong hash)
    {
    }

    public void Remove(CacheNode node) => _nodes.Remove(node);

    public CacheNode? ChooseVictim() => _nodes.Oldest;
}
