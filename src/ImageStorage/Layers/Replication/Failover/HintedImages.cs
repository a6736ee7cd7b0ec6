namespace ImageStorage.Failover;

/// <summary>A snapshot of all images with a hint.</summary>
/// <param name="Keys">The images whose state on the primary does not count, deleted ones included.</param>
/// <param name="Saved">The records of the images that are not deleted.</param>
/// <param name="Hidden">The records on the primary that do not count.</param>
internal sealed record HintedImages(HashSet<ImageKey> Keys, List<ImageInfo> Saved, List<ImageInfo> Hidden);
