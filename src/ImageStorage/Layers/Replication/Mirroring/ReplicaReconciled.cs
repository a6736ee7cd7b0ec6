namespace ImageStorage;

/// <summary>The two sides of a mirror were looked at for one image that was noted, and are equal in it.</summary>
/// <param name="Key">The image.</param>
/// <param name="Outcome">What it took.</param>
public sealed record ReplicaReconciled(ImageKey Key, MirrorOutcome Outcome) : StorageEvent;
