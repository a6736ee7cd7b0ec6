namespace ImageStorage;

/// <summary>
/// The event that a version of an image was written: saved, updated, copied, moved, committed by a transaction, or
/// restored by a rollback. A write whose outcome is unknown publishes no event.
/// </summary>
public sealed record ImageSaved : StorageEvent
{
    /// <summary>Gets the record of the version that was written.</summary>
    public required ImageInfo Info { get; init; }
}

/// <summary>
/// The event that an image was deleted: by a delete, a move, a clean-up, a transaction or a rollback. Deleting a missing
/// image publishes no event.
/// </summary>
public sealed record ImageDeleted : StorageEvent
{
    /// <summary>Gets the key of the image.</summary>
    public required ImageKey Key { get; init; }
}
