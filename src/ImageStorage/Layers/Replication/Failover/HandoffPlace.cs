namespace ImageStorage.Failover;

/// <summary>Where the newest state of an image is; the default is the primary.</summary>
/// <param name="Side">The last fallback that has a note of the image, or of which nobody can say; null for the primary.</param>
/// <param name="Hint">Its note.</param>
/// <param name="Failure">Why it cannot be asked, so that it may have a note.</param>
/// <param name="Unreadable">Why its note cannot be read.</param>
internal readonly record struct HandoffPlace(HandoffSide? Side, HandoffHint? Hint = null, StorageUnavailableException? Failure = null, StorageCorruptedException? Unreadable = null)
{
    public bool IsPrimary => Side is null;
}
