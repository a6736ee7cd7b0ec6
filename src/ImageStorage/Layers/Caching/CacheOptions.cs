namespace ImageStorage;

/// <summary>Options for the cache of a store.</summary>
public sealed class CacheOptions
{
    /// <summary>Gets the options of the memory tier, which every cache has.</summary>
    public MemoryTierOptions Memory { get; } = new();

    /// <summary>
    /// Gets the options of the disk tier. The tier is used if <see cref="DiskTierOptions.Path"/> is set.
    /// </summary>
    public DiskTierOptions Disk { get; } = new();

    /// <summary>
    /// Gets the options of the distributed tier. The tier is used if <see cref="DistributedTierOptions.Enabled"/> is
    /// set.
    /// </summary>
    public DistributedTierOptions Distributed { get; } = new();

    /// <summary>
    /// Gets or sets the maximum time that an image stays in the cache, in all tiers together. The default is 24 hours.
    /// </summary>
    public TimeSpan Expiration { get; set; } = TimeSpan.FromHours(24);

    /// <summary>
    /// Gets or sets how long an image is served without a request to the provider for the current version. The default
    /// is 30 seconds. Writes of <em>other</em> processes are seen after this time at the latest; writes through this
    /// store are seen at once. <see cref="TimeSpan.Zero"/> asks the provider on every read.
    /// <see cref="Timeout.InfiniteTimeSpan"/> never asks, and is right if no other process writes. A provider that only
    /// one process can open is never asked again.
    /// </summary>
    public TimeSpan RevalidateAfter { get; set; } = TimeSpan.FromSeconds(30);
}
