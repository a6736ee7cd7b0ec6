namespace ImageStorage.Failover;

/// <summary>All images that wait on the fallback, at one time.</summary>
/// <param name="Keys">Those whose state on the primary does not count, deleted ones included.</param>
/// <param name="Saved">The records of those that are not deleted.</param>
/// <param name="Hidden">The records on the primary that do not count.</param>
internal sealed record WaitingImages(HashSet<ImageKey> Keys, List<ImageInfo> Saved, List<ImageInfo> Hidden);
