namespace ImageStorage;

/// <summary>
/// The event that a damaged image on one replica of a mirror was replaced by the sound image of the other replica.
/// </summary>
public sealed record CorruptionRepaired : StorageEvent
{
    /// <summary>Gets the key of the image.</summary>
    public required ImageKey Key { get; init; }

    /// <summary>Gets the name of the provider that had the damaged image.</summary>
    public required string Replica { get; init; }
}

/// <summary>
/// The event that both replicas of a mirror were written independently. Both versions are retained.
/// </summary>
public sealed record MirrorConflict : StorageEvent
{
    /// <summary>Gets the key of the image.</summary>
    public required ImageKey Key { get; init; }

    /// <summary>Gets the name of the provider whose version wins.</summary>
    public required string Winner { get; init; }

    /// <summary>Gets the key of the image that holds the other version.</summary>
    public required ImageKey RetainedAs { get; init; }
}

/// <summary>
/// The event that a replica of a mirror missed a write that was acknowledged. A hint records the write, and the image
/// is copied when the replica is available again.
/// </summary>
public sealed record ReplicaMissed : StorageEvent
{
    /// <summary>Gets the key of the image.</summary>
    public required ImageKey Key { get; init; }

    /// <summary>Gets the name of the provider that missed the write.</summary>
    public required string Replica { get; init; }

    /// <summary>Gets why the replica missed the write.</summary>
    public required string Reason { get; init; }
}

/// <summary>The event that an image with a hint is in sync on both replicas of a mirror.</summary>
public sealed record ReplicaReconciled : StorageEvent
{
    /// <summary>Gets the key of the image.</summary>
    public required ImageKey Key { get; init; }

    /// <summary>Gets what was done.</summary>
    public required MirrorOutcome Outcome { get; init; }
}

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
