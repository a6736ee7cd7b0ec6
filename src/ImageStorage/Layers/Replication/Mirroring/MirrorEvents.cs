namespace ImageStorage;

/// <summary>A damaged image on one replica of a mirror was replaced by the sound image of the other.</summary>
/// <param name="Key">The image.</param>
/// <param name="Replica">The provider that had the damaged image.</param>
public sealed record CorruptionRepaired(ImageKey Key, string Replica) : StorageEvent;

/// <summary>Both replicas of a mirror were written independently. Both versions are retained.</summary>
/// <param name="Key">The image.</param>
/// <param name="Winner">The provider whose version wins.</param>
/// <param name="RetainedAs">The key of the image that holds the other version.</param>
public sealed record MirrorConflict(ImageKey Key, string Winner, ImageKey RetainedAs) : StorageEvent;

/// <summary>
/// A replica of a mirror missed a write that was acknowledged. A hint records the write, and the image is copied when
/// the replica is available again.
/// </summary>
/// <param name="Key">The image.</param>
/// <param name="Replica">The provider that missed the write.</param>
/// <param name="Reason">The reason.</param>
public sealed record ReplicaMissed(ImageKey Key, string Replica, string Reason) : StorageEvent;

/// <summary>An image with a hint is in sync on both replicas of a mirror.</summary>
/// <param name="Key">The image.</param>
/// <param name="Outcome">What was done.</param>
public sealed record ReplicaReconciled(ImageKey Key, MirrorOutcome Outcome) : StorageEvent;

/// <summary>The result of synchronizing an image of a mirror.</summary>
public enum MirrorOutcome
{
    /// <summary>Both replicas already had the same version.</summary>
    AlreadyInSync,

    /// <summary>The image was copied to the replica that had missed the write.</summary>
    Copied,

    /// <summary>The image was deleted from the replica that had missed the deletion.</summary>
    Deleted,

    /// <summary>
    /// Both replicas had been written independently. One version wins; the other version is retained as an image.
    /// </summary>
    Conflict,
}
