namespace ImageStorage;

/// <summary>An image with a hint is in sync on both replicas of a mirror.</summary>
/// <param name="Key">The image.</param>
/// <param name="Outcome">What was done.</param>
public sealed record ReplicaReconciled(ImageKey Key, MirrorOutcome Outcome) : StorageEvent;
