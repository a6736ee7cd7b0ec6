namespace ImageStorage;

/// <summary>The amount of data in a store.</summary>
public sealed record StorageUsage
{
    /// <summary>Gets the number of images.</summary>
    public required long Count { get; init; }

    /// <summary>Gets the sum of <see cref="ImageInfo.Length"/> of all images, without what the store adds or an encoding saves.</summary>
    public required long Bytes { get; init; }

    /// <summary>Gets the number of bytes that the medium has left; null if the medium does not tell.</summary>
    public long? AvailableBytes { get; init; }
}
