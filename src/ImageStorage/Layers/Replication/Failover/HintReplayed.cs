namespace ImageStorage;

/// <summary>What the fallback had for one image is settled.</summary>
/// <param name="Key">The image.</param>
/// <param name="Outcome">How it was settled.</param>
public sealed record HintReplayed(ImageKey Key, ReplayOutcome Outcome) : StorageEvent;
