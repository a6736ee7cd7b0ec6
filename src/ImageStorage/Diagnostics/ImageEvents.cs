namespace ImageStorage;

/// <summary>
/// The event that a version of an image was written: saved, updated, copied, moved, committed by a transaction, or
/// restored by a rollback. The replay of a save after an outage, and the resolution of a conflict of a mirror, publish
/// the version that they write. A write whose outcome is unknown publishes no event.
/// </summary>
public sealed record ImageSaved : StorageEvent
{
    /// <summary>Gets the record of the version that was written.</summary>
    public required ImageInfo Info { get; init; }
}

/// <summary>
/// The event that an image was deleted: by a delete, a move, a clean-up, a transaction, a rollback, or the resolution of
/// a conflict of a mirror. Deleting a missing image publishes no event.
/// </summary>
public sealed record ImageDeleted : StorageEvent
{
    /// <summary>Gets the key of the image.</summary>
    public required ImageKey Key { get; init; }
}
