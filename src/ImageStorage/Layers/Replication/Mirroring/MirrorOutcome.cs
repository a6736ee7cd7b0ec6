namespace ImageStorage;

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
