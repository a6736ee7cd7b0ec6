using ImageStorage.Providers;

namespace ImageStorage.Failover;

/// <summary>A snapshot of all images with a hint.</summary>
/// <param name="Keys">The images whose state on the primary does not count, deleted ones included.</param>
/// <param name="Saved">The images that are not deleted.</param>
/// <param name="Hidden">The images on the primary that do not count.</param>
internal sealed record HintedImages(HashSet<ImageKey> Keys, List<WalkedImage> Saved, List<WalkedImage> Hidden)
{
    /// <summary>Gets what the hints change in the number of images, of their bytes and stored bytes, and of unlisted images.</summary>
    public (int Count, long Bytes, long StoredBytes, int Unlisted) Change => (
        Count(Saved) - Count(Hidden),
        Saved.Sum(Length) - Hidden.Sum(Length),
        Saved.Sum(StoredLength) - Hidden.Sum(StoredLength),
        Saved.Count - Count(Saved) - (Hidden.Count - Count(Hidden)));

    private static int Count(List<WalkedImage> images) => images.Count(image => image.Info is not null);

    private static long Length(WalkedImage image) => image.Info?.Length ?? 0;

    private static long StoredLength(WalkedImage image) => image.Info?.StoredLength ?? 0;
}
