namespace ImageStorage.Caching.Eviction;

/// <summary>A doubly linked list of nodes, the newest first, with the sum of their sizes. Not thread-safe.</summary>
internal sealed class NodeList
{
    private CacheNode? _newest;

    public CacheNode? Oldest { get; private set; }

    public long Bytes { get; private set; }

    public int Count { get; private set; }

    public void Add(CacheNode node)
    {
        (node.Owner, node.Newer, node.Older) = (this, null, _newest);
        if (_newest is null)
        {
            Oldest = node;
        }
        else
        {
            _newest.Newer = node;
        }

        _newest = node;
        Bytes += node.Size;
        Count++;
    }

    public void Remove(CacheNode node)
    {
        if (node.Newer is null)
        {
            _newest = node.Older;
        }
        else
        {
            node.Newer.Older = node.Older;
        }

        if (node.Older is null)
        {
            Oldest = node.Newer;
        }
        else
        {
            node.Older.Newer = node.Newer;
        }

        (node.Owner, node.Newer, node.Older) = (null, null, null);
        Bytes -= node.Size;
        Count--;
    }

    /// <summary>Moves a node of the list to the newest position.</summary>
    public void MoveToNewest(CacheNode node)
    {
        if (_newest != node)
        {
            Remove(node);
            Add(node);
        }
    }
}
