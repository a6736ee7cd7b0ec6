namespace ImageStorage.Caching;

/// <summary>How much is kept in memory, and what.</summary>
public sealed class MemoryTierOptions
{
    /// <summary>The most bytes of images in memory; 100 MiB unless said otherwise. They are allocated as they are needed, used again, and never exceeded. The records of the images come on top, about 1 KB each.</summary>
    public long SizeLimitBytes { get; set; } = 100L << 20;

    /// <summary>The most bytes of an image that is kept; null for a tenth of <see cref="SizeLimitBytes"/>. Larger ones stream past.</summary>
    public long? MaxItemBytes { get; set; }

    /// <summary>Where they are kept; <see cref="MemoryStore.Own"/> unless said otherwise.</summary>
    public MemoryStore Store { get; set; } = MemoryStore.Own;

    /// <summary>Who has to go when there is no room; <see cref="EvictionPolicy.Frequency"/> unless said otherwise.</summary>
    public EvictionPolicy Eviction { get; set; } = EvictionPolicy.Frequency;
}
