namespace ImageStorage.Caching.Eviction;

/// <summary>One cached thing as an eviction policy sees it.</summary>
/// <param name="hash">The hash of its key, well mixed: what its frequency is counted under.</param>
/// <param name="size">The bytes of the budget that it takes.</param>
internal abstract class CacheNode(ulong hash, long size)
{
    public ulong Hash { get; } = hash;

    public long Size { get; } = size;

    /// <summary>The collection of the policy that it is in, if any. This and the places in it are changed by those collections only.</summary>
    public object? Owner { get; set; }

    /// <summary>Its place in a <see cref="NodeList"/>.</summary>
    public CacheNode? Newer { get; set; }

    /// <inheritdoc cref="Newer"/>
    public CacheNode? Older { get; set; }

    /// <summary>Its place in a <see cref="NodeBag"/>.</summary>
    public int Index { get; set; }
}
