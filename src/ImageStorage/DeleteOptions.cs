namespace ImageStorage;

/// <summary>Options for the deletion of one image.</summary>
public sealed record DeleteOptions
{
    internal static DeleteOptions Default { get; } = new();

    /// <summary>
    /// Gets the version to delete. Another version, or no image, throws <see cref="ImageConflictException"/>. The
    /// default is <see langword="null"/>: any version is deleted.
    /// </summary>
    public IfMatch? Precondition { get; init; }
}
