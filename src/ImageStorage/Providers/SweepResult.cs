namespace ImageStorage.Providers;

/// <summary>The result of a sweep.</summary>
public sealed record SweepResult
{
    /// <summary>Gets the number of stored objects that were old enough to be examined.</summary>
    public required long Examined { get; init; }

    /// <summary>Gets the number of orphans that were deleted.</summary>
    public required long Deleted { get; init; }

    /// <summary>Gets the number of payload bytes that the sweep freed.</summary>
    public required long FreedBytes { get; init; }
}
