using ImageStorage.Caching.Disk;
using ImageStorage.Caching.Memory;

namespace ImageStorage.Caching.Filling;

/// <summary>What a fill came to: an image in memory or on disk, one that is not cached, or none. With nothing set, everybody opens it past the cache.</summary>
internal readonly record struct FillResult
{
    /// <summary>There is no image.</summary>
    public static FillResult Missing { get; } = new() { IsMissing = true };

    /// <summary>When the provider was known to have this, by the clock's timestamps.</summary>
    public long At { get; init; }

    /// <summary>The image in memory, held by the fill.</summary>
    public CachedImage? Cached { get; init; }

    /// <summary>The image on disk, held by the fill, when memory does not take it.</summary>
    public DiskFile? OnDisk { get; init; }

    /// <summary>The image as the provider opened it, when no tier takes it: for the first who takes it.</summary>
    public StoredImage? Uncached { get; init; }

    public bool IsMissing { get; init; }

    /// <summary>Was it read from the provider?</summary>
    public bool IsRead { get; init; }
}
