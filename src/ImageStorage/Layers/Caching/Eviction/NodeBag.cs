namespace ImageStorage.Caching.Eviction;

/// <summary>An unordered collection of nodes for random draws, with the sum of their sizes. Not thread-safe.</summary>
internal sealed class NodeBag
{
    private readonly List<CacheNode> _nodes = [];

    public long Bytes { get; private set; }

    public int Count => _nodes.Count;

    public CacheNode this[int index] => _nodes[index];

    public void Add(CacheNode node)
    {
        (node.Owner, node.Index) = (this, _nodes.Count);
        _nodes.Add(node);
        Bytes += node.Size;
    }

    public void Remove(CacheNode node)
    {
        var last = _nodes[^1];
        _nodes[node.Index] = last;
        last.Index = node.Index;
        _nodes.RemoveAt(_nodes.Count - 1);
        node.Owner = null;
        Bytes -= node.Size;
    }
}
