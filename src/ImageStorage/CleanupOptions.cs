namespace ImageStorage;

/// <summary>
/// Which images a clean-up deletes: those that break any of the limits. The newest images are kept; counting from the
/// newest, the first image that would exceed a count or a total of bytes goes, and every older one with it.
/// </summary>
public sealed record CleanupOptions
{
    /// <summary>Delete images created longer ago than this. Null: no limit.</summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>Keep at most this many images. Null: no limit.</summary>
    public long? MaxCount { get; init; }

    /// <summary>Keep at most this many bytes of images. Null: no limit.</summary>
    public long? MaxBytes { get; init; }

    /// <summary>Look only at keys that begin with this text; others neither count nor go. End it with <c>/</c> for a folder.</summary>
    public string? Prefix { get; init; }

    /// <summary>Count what would go, delete nothing.</summary>
    public bool DryRun { get; init; }
}
