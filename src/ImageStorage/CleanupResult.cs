namespace ImageStorage;

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
