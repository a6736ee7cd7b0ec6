namespace ImageStorage;

/// <summary>The event that the hint of an image was replayed.</summary>
public sealed record HintReplayed : StorageEvent
{
    /// <summary>Gets the key of the image.</summary>
    public required ImageKey Key { get; init; }

    /// <summary>Gets the outcome of the replay.</summary>
    public required ReplayOutcome Outcome { get; init; }
}

/// <summary>
/// The event that a fallback has hints of four fifths of the maximum number of images, or of all of it. At the limit,
/// writes of further images go to the next fallback, or are unavailable.
/// </summary>
public sealed record BacklogReached : StorageEvent
{
    /// <summary>Gets the number of images with a hint.</summary>
    public required int Count { get; init; }

    /// <summary>Gets the maximum number of images with a hint (<see cref="FailoverOptions.MaxBacklog"/>).</summary>
    public required int Limit { get; init; }
}
