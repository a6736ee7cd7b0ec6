namespace ImageStorage.Failover;

/// <summary>The location of the newest state of an image; the default is the primary.</summary>
/// <param name="Fallback">
/// The last fallback that has a hint of the image, or may have one; null for the primary.
/// </param>
/// <param name="Hint">The hint.</param>
/// <param name="Failure">The reason why the fallback is unavailable, and may have a hint.</param>
/// <param name="Unreadable">The reason why the hint cannot be read.</param>
internal readonly record struct ImageLocation(FallbackPart? Fallback, ImageHint? Hint = null, StorageUnavailableException? Failure = null, StorageCorruptedException? Unreadable = null)
{
    public bool IsPrimary => Fallback is null;
}
