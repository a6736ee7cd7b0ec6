namespace ImageStorage;

/// <summary>The hint of an image was replayed.</summary>
/// <param name="Key">The image.</param>
/// <param name="Outcome">The outcome of the replay.</param>
public sealed record HintReplayed(ImageKey Key, ReplayOutcome Outcome) : StorageEvent;

/// <summary>
/// A fallback has hints of four fifths of the maximum number of images, or of all of it. At the limit, writes of
/// further images go to the next fallback, or are unavailable.
/// </summary>
/// <param name="Count">The number of images with a hint.</param>
/// <param name="Limit">The maximum number (<see cref="FailoverOptions.MaxBacklog"/>).</param>
public sealed record BacklogReached(int Count, int Limit) : StorageEvent;
