namespace ImageStorage;

/// <summary>
/// The limits of a clean-up, which deletes every image that breaks a limit. The newest images stay. Counted from the
/// newest, the first image that exceeds the number or the sum of bytes is deleted, and every older image too.
/// </summary>
public sealed record CleanupOptions
{
    /// <summary>Gets the maximum age of an image, by its creation time; null for no limit.</summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>Gets the maximum number of images; null for no limit.</summary>
    public long? MaxCount { get; init; }

    /// <summary>Gets the maximum sum of the lengths of the images, in bytes; null for no limit.</summary>
    public long? MaxBytes { get; init; }

    /// <summary>
    /// Gets the text that the keys begin with; other images neither count nor are deleted. End the text with <c>/</c>
    /// for a folder.
    /// </summary>
    public string? Prefix { get; init; }

    /// <summary>
    /// Gets a value indicating whether images are counted and not deleted. The default is <see langword="false"/>.
    /// </summary>
    public bool DryRun { get; init; }
}

/// <summary>The result of a clean-up; with <see cref="CleanupOptions.DryRun"/>, what the clean-up would do.</summary>
public sealed record CleanupResult
{
    /// <summary>Gets the number of deleted images.</summary>
    public required long DeletedCount { get; init; }

    /// <summary>Gets the number of bytes of the deleted images.</summary>
    public required long FreedBytes { get; init; }

    /// <summary>Gets the number of images that the clean-up examined.</summary>
    public required long ExaminedCount { get; init; }

    /// <summary>Gets the number of images that were due but were changed or deleted by another caller meanwhile, and therefore remain.</summary>
    public required long SkippedCount { get; init; }

    /// <summary>Gets a value that indicates whether the clean-up only counted and deleted nothing.</summary>
    public required bool DryRun { get; init; }
}
