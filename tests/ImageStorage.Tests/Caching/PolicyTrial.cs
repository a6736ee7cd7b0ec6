using ImageStorage.Caching.Eviction;

namespace ImageStorage.Tests.Caching;

/// <summary>A cache of sizes without bytes, to test a policy.</summary>
internal sealed class PolicyTrial(IEvictionPolicy policy, long capacity)
{
    private readonly Dictionary<int, Node> _nodes = [];
    private int _requests;
    private int _hits;

    public long Bytes { get; private set; }

    public double HitRate => (double)_hits / _requests;

    /// <summary>Requests a key, and adds a missing key. Returns whether the key was cached.</summary>
    public bool Request(int key, int size)
    {
        _requests++;
        if (_nodes.TryGetValue(key, out var node))
        {
            _hits++;
            policy.Touch(node);
            return true;
        }

        var hash = (ulong)(key + 1) * 0x9E37_79B9_7F4A_7C15;
        policy.Miss(hash);
        while (Bytes + size > capacity)
        {
            var victim = (Node)policy.ChooseVictim()!;
            policy.Remove(victim);
            _nodes.Remove(victim.Key);
            Bytes -= victim.Size;
        }

        node = new Node(key, hash, size);
        _nodes.Add(key, node);
        policy.Add(node);
        Bytes += size;
        return false;
    }

    private sealed class Node(int key, ulong hash, long size) : CacheNode(hash, size)
    {
        public int Key => key;
    }
}
