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
}
