namespace ImageStorage;

/// <summary>Whether images are kept on a local disk, too, and how much of it.</summary>
public sealed class DiskTierOptions
{
    /// <summary>
    /// The folder, which is the cache's alone: a new or empty one, or one that a cache has used before. Null, the default, for no disk tier. Several processes, and several
    /// stores, may use one folder; they share its budget.
    /// </summary>
    public string? Path { get; set; }

    /// <summary>The most bytes in the folder; 500 MB unless said otherwise. Never exceeded, by all processes together: docs/caching.md says what is counted.</summary>
    public long SizeLimitBytes { get; set; } = 500_000_000;

    /// <summary>The most bytes of an image that is kept; null for a tenth of <see cref="SizeLimitBytes"/>. Larger ones stream past.</summary>
    public long? MaxItemBytes { get; set; }

    /// <summary>Who has to go when there is no room; <see cref="EvictionPolicy.Frequency"/> unless said otherwise.</summary>
    public EvictionPolicy Eviction { get; set; } = EvictionPolicy.Frequency;
}
