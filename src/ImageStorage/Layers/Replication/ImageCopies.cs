using ImageStorage.Providers;

namespace ImageStorage.Replication;

/// <summary>Copies images from one provider to another.</summary>
internal static class ImageCopies
{
    /// <summary>Returns a request that stores an image with the record of another version.</summary>
    public static PutRequest RequestOf(ImageInfo info, ImageKey key, ImageContent content, Precondition? precondition, DateTimeOffset? createdAt) => new()
    {
        Key = key,
        Content = content,
        ContentType = info.ContentType,
        Width = info.Width,
        Height = info.Height,
        Orientation = info.Orientation,
        FrameCount = info.FrameCount,
        FileName = info.FileName,
        Metadata = info.Metadata,
        Tags = info.Tags,
        Properties = info.Properties,
        Encoding = info.Encoding?.Name,
        Precondition = precondition,
        CreatedAt = createdAt,
    };
}
