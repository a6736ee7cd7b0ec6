namespace ImageStorage;

/// <summary>Options for the disk tier of a cache.</summary>
public sealed class DiskTierOptions
{
    /// <summary>
    /// Gets or sets the folder, which belongs to the cache alone: a new or empty folder, or the folder of an earlier
    /// cache, outside of the folder of the images. The default is null: no disk tier. Several processes and several stores may use one folder and share its
    /// budget.
    /// </summary>
    public string? Path { get; set; }

    /// <summary>
    /// Gets or sets the maximum number of bytes in the folder, for all processes together. The default is 500,000,000;
    /// the minimum is 1 MiB. The limit is never exceeded. docs/design/caching.md says which bytes are counted.
    /// </summary>
    public long SizeLimitBytes { get; set; } = 500_000_000;

    /// <summary>
    /// Gets or sets the maximum number of bytes of one image. The default is null: a tenth of
    /// <see cref="SizeLimitBytes"/>. Larger images stream past the tier.
    /// </summary>
    public long? MaxItemBytes { get; set; }

    /// <summary>
    /// Gets or sets which images are evicted when the tier is full. The default is
    /// <see cref="EvictionPolicy.Frequency"/>.
    /// </summary>
    public EvictionPolicy Eviction { get; set; } = EvictionPolicy.Frequency;
}
