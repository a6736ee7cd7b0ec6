namespace ImageStorage;

/// <summary>The amount of data in a store.</summary>
public sealed record StorageUsage
{
    /// <summary>Gets the number of images, without the <see cref="Unlisted"/> images.</summary>
    public required long Count { get; init; }

    /// <summary>Gets the sum of <see cref="ImageInfo.Length"/> of all images, without what the store adds or an encoding saves.</summary>
    public required long Bytes { get; init; }

    /// <summary>
    /// Gets the sum of the stored bytes of all images: the length after the encoding (<see cref="ImageInfo.Encoding"/>),
    /// such as compression or encryption; equal to <see cref="Bytes"/> without encodings. Records, indexes and retained
    /// versions are not included.
    /// </summary>
    public required long StoredBytes { get; init; }

    /// <summary>
    /// Gets the number of images that are not counted, because their record is damaged or was written by a newer version
    /// of the library. <see cref="ImagePage.Unlisted"/> names these images.
    /// </summary>
    public int Unlisted { get; init; }

    /// <summary>
    /// Gets the time when the count began, by the clock of this process: changes since then may be missing. Set by
    /// <see cref="IImageStorage"/>; null in the result of a provider.
    /// </summary>
    public DateTimeOffset? CountedAt { get; init; }

    /// <summary>Gets the number of bytes that the medium has left; null if the medium does not tell.</summary>
    public long? AvailableBytes { get; init; }
}
