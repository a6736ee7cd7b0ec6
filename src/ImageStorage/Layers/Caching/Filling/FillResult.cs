using ImageStorage.Caching.Disk;
using ImageStorage.Caching.Memory;

namespace ImageStorage.Caching.Filling;

/// <summary>
/// The result of a fill: an image in memory, on disk or uncached, or the fact that there is none. With no property set,
/// every caller opens the image past the cache.
/// </summary>
internal readonly record struct FillResult
{
    /// <summary>Gets the result for an image that does not exist.</summary>
    public static FillResult Missing { get; } = new() { IsMissing = true };

    /// <summary>Gets when the result was confirmed with the provider, as a timestamp.</summary>
    public long At { get; init; }

    /// <summary>Gets the image in memory, held by the fill.</summary>
    public CachedImage? Cached { get; init; }

    /// <summary>Gets the image on disk, held by the fill, if memory does not accept the image.</summary>
    public DiskFile? OnDisk { get; init; }

    /// <summary>Gets the image as opened by the provider, for the first caller, if no tier accepts the image.</summary>
    public StoredImage? Uncached { get; init; }

    /// <summary>Gets a value that indicates whether the image does not exist.</summary>
    public bool IsMissing { get; init; }

    /// <summary>Gets a value that indicates whether the image was read from the provider.</summary>
    public bool IsFromProvider { get; init; }
}
