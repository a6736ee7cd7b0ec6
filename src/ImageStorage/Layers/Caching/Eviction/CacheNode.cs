namespace ImageStorage.Caching.Eviction;

/// <summary>A cached image as seen by an eviction policy.</summary>
/// <param name="hash">The well-mixed hash of the key, for the frequency sketch.</param>
/// <param name="size">The bytes of the budget that the image uses.</param>
internal abstract class CacheNode(ulong hash, long size)
{
    public ulong Hash { get; } = hash;

    public long Size { get; } = size;

    /// <summary>
    /// Gets or sets the number of reads that found the image in its tier. Changed under the lock of the tier.
    /// </summary>
    public long Accesses { get; set; }

    /// <summary>
    /// Gets or sets the collection of the policy that holds the node, or null. Only the collections change this
    /// property and the links below.
    /// </summary>
    public object? Owner { get; set; }

    /// <summary>Gets or sets the neighbour in a <see cref="NodeList"/>.</summary>
    public CacheNode? Newer { get; set; }

    /// <inheritdoc cref="Newer"/>
    public CacheNode? Older { get; set; }

    /// <summary>Gets or sets the index in a <see cref="NodeBag"/>.</summary>
    public int Index { get; set; }
}
