namespace ImageStorage;

/// <summary>Options for reading one image.</summary>
public sealed record GetOptions
{
    internal static GetOptions Default { get; } = new();

    /// <summary>Gets the bytes to read. The default is <see langword="null"/>: all bytes.</summary>
    public ByteRange? Range { get; init; }

    /// <summary>
    /// Gets the version to read, to continue an interrupted read. Another version, or no image, throws
    /// <see cref="ImageConflictException"/>. The default is <see langword="null"/>: the current version.
    /// </summary>
    public ImageETag? IfMatch { get; init; }

    /// <summary>
    /// Gets how the read uses the cache of the store. The default is <see cref="CacheMode.ReadThrough"/>.
    /// </summary>
    public CacheMode Cache { get; init; }

    /// <summary>Gets the options of the read that a store makes on one of its parts: the range alone.</summary>
    internal GetOptions? OfPart => Range is null ? null : new GetOptions { Range = Range };
}

/// <summary>Specifies how a read uses the cache of the store.</summary>
public enum CacheMode
{
    /// <summary>
    /// The read is served by the cache, and an image that is not cached is read from the provider and cached. Without a
    /// cache, the provider serves the read.
    /// </summary>
    ReadThrough,

    /// <summary>
    /// The read never calls the provider. The result is <see langword="null"/> unless a tier of the cache has the image,
    /// in the version of <see cref="GetOptions.IfMatch"/> if that is set, and the version is fresh: an image that the
    /// provider must confirm first counts as missing. Without a cache, the result is always <see langword="null"/>.
    /// </summary>
    CacheOnly,

    /// <summary>
    /// The read calls the provider. The tiers of the cache are neither asked nor filled, and keep what they have.
    /// </summary>
    Bypass,
}
