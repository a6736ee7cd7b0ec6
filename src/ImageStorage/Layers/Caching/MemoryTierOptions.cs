namespace ImageStorage;

/// <summary>How much is kept in memory, and what.</summary>
public sealed class MemoryTierOptions
{
    private const long MostByDefault = 100L << 20;
    private const long LeastByDefault = 64L << 10;
    private const int ShareByDefault = 4;

    /// <summary>
    /// Gets or sets the maximum number of bytes of images in memory. The default is 100 MiB, or a quarter of the memory that the process may use where that is less: of the container's
    /// limit, or of the limit of the heap. The bytes are allocated as they are needed, used again, and never exceeded. The records of the images come on top, about 1 KB each.
    /// </summary>
    public long SizeLimitBytes { get; set; } = Math.Clamp(GC.GetGCMemoryInfo(GCKind.Any).TotalAvailableMemoryBytes / ShareByDefault, LeastByDefault, MostByDefault);

    /// <summary>The most bytes of an image that is kept; null for a tenth of <see cref="SizeLimitBytes"/>. Larger ones stream past.</summary>
    public long? MaxItemBytes { get; set; }

    /// <summary>Where they are kept; <see cref="MemoryStore.Own"/> unless said otherwise.</summary>
    public MemoryStore Store { get; set; } = MemoryStore.Own;

    /// <summary>Who has to go when there is no room; <see cref="EvictionPolicy.Frequency"/> unless said otherwise.</summary>
    public EvictionPolicy Eviction { get; set; } = EvictionPolicy.Frequency;
}
