namespace ImageStorage;

/// <summary>The amount of data in a store.</summary>
public sealed record StorageUsage
{
    /// <summary>Gets the number of images, without the <see cref="Unlisted"/> images.</summary>
    public required long Count { get; init; }

    /// <summary>Gets the sum of <see cref="ImageInfo.Length"/> of all images, without what the store adds or an encoding saves.</summary>
    public required long Bytes { get; init; }

    /// <summary>
    /// Gets the number of images that are not counted, because their record is damaged or was written by a newer version
    /// of the library. <see cref="ImagePage.Unlisted"/> names these images.
    /// </summary>
    public int Unlisted { get; init; }

    /// <summary>Gets the number of bytes that the medium has left; null if the medium does not tell.</summary>
    public long? AvailableBytes { get; init; }
}
