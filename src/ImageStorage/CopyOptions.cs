namespace ImageStorage;

/// <summary>Options for copying or moving one image.</summary>
public sealed record CopyOptions
{
    internal static CopyOptions Default { get; } = new();

    /// <summary>
    /// Gets the version to copy or to move. Another version, or no image, throws <see cref="ImageConflictException"/>.
    /// The default is <see langword="null"/>: the current version.
    /// </summary>
    public IfMatch? SourcePrecondition { get; init; }

    /// <summary>
    /// Gets the precondition on the target, such as <see cref="IfNoneMatch.Any"/> to overwrite no image. The default is
    /// <see langword="null"/>: an image under the target key is replaced.
    /// </summary>
    public Precondition? Precondition { get; init; }
}
