namespace ImageStorage;

/// <summary>Options for the memory tier of a cache.</summary>
public sealed class MemoryTierOptions
{
    private const long MaxDefault = 100L << 20;
    private const long MinDefault = 64L << 10;
    private const int DefaultShare = 4;

    /// <summary>
    /// Gets or sets the maximum number of bytes of images in memory. The default is 100 MiB, or a quarter of the memory
    /// that the process may use (the limit of the container or of the heap) if that is less. Memory is allocated when
    /// needed and reused, and the limit is never exceeded. The records of the images come on top, about 1 KB each.
    /// </summary>
    public long SizeLimitBytes { get; set; } = Math.Clamp(GC.GetGCMemoryInfo(GCKind.Any).TotalAvailableMemoryBytes / DefaultShare, MinDefault, MaxDefault);

    /// <summary>
    /// Gets or sets the maximum number of bytes of one image. The default is null: a tenth of
    /// <see cref="SizeLimitBytes"/>. Larger images are served from disk, or stream past the cache.
    /// </summary>
    public long? MaxItemBytes { get; set; }

    /// <summary>Gets or sets where the images are kept. The default is <see cref="MemoryStore.Own"/>.</summary>
    public MemoryStore Store { get; set; } = MemoryStore.Own;

    /// <summary>
    /// Gets or sets which images are evicted when the tier is full. The default is
    /// <see cref="EvictionPolicy.Frequency"/>.
    /// </summary>
    public EvictionPolicy Eviction { get; set; } = EvictionPolicy.Frequency;
}
