using ImageStorage.Providers;

namespace ImageStorage.Replication;

/// <summary>Copies images from one provider to another.</summary>
internal static class ImageCopies
{
    /// <summary>Returns a request that stores an image with the record of another version.</summary>
    public static PutRequest RequestOf(ImageInfo info, ImageKey key, ImageContent content, Precondition? precondition, DateTimeOffset? createdAt) =>
        PutRequest.CopyOf(info, content) with { Key = key, Precondition = precondition, CreatedAt = createdAt };
}
