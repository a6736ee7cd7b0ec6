namespace ImageStorage;

/// <summary>How a cache works.</summary>
public sealed class CacheOptions
{
    /// <summary>The tier in memory.</summary>
    public MemoryTierOptions Memory { get; } = new();

    /// <summary>The tier on disk; used when it has a path.</summary>
    public DiskTierOptions Disk { get; } = new();

    /// <summary>The tier in the container's <c>IDistributedCache</c>; used when it is enabled.</summary>
    public DistributedTierOptions Distributed { get; } = new();

    /// <summary>How long an image stays in the cache at most; 24 hours unless said otherwise.</summary>
    public TimeSpan Expiration { get; set; } = TimeSpan.FromHours(24);

    /// <summary>
    /// How long an image is served without asking the provider whether it still has this version; 30 seconds unless said otherwise. It is how old an
    /// answer may be when <em>another</em> process has written the image; writes through this store are seen at once. <see cref="TimeSpan.Zero"/> asks
    /// each time, <see cref="Timeout.InfiniteTimeSpan"/> never, which is right when no other process writes. A provider that only one process can open is never asked.
    /// </summary>
    public TimeSpan RevalidateAfter { get; set; } = TimeSpan.FromSeconds(30);
}
