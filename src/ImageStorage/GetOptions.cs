namespace ImageStorage;

/// <summary>How one image is read.</summary>
public sealed record GetOptions
{
    internal static GetOptions Default { get; } = new();

    /// <summary>The bytes wanted. Null: all.</summary>
    public ByteRange? Range { get; init; }

    /// <summary>The version that must be there, to go on with a read that was interrupted; another one throws <see cref="ImageConflictException"/>.</summary>
    public ImageETag? IfMatch { get; init; }
}
