namespace ImageStorage;

/// <summary>
/// An image that exists and cannot be listed, because its record is damaged, or was written by a newer version of the
/// library. A read of the image throws.
/// </summary>
public sealed record UnlistedImage
{
    /// <summary>Gets the key of the image if the key is known; otherwise the location of the image, relative to the store.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the key of the image; null if the key is not known.</summary>
    public ImageKey? Key { get; init; }

    /// <summary>Gets the reason: <see cref="VerificationStatus.Corrupted"/> or <see cref="VerificationStatus.Newer"/>.</summary>
    public required VerificationStatus Status { get; init; }

    /// <summary>Gets the defect.</summary>
    public required string Detail { get; init; }

    /// <summary>
    /// Gets the creation time, if the store knows the time without the record; otherwise null. An image without a known
    /// creation time has the place of the oldest image in a listing by time.
    /// </summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>Describes an image by the failure of a read of its record. For authors of providers and layers.</summary>
    /// <param name="key">The key of the image.</param>
    /// <param name="failure">The failure: damage, or a record of a newer version of the library.</param>
    /// <param name="createdAt">The creation time; null if the time is not known.</param>
    public static UnlistedImage Of(ImageKey key, ImageStorageException failure, DateTimeOffset? createdAt = null)
    {
        ArgumentNullException.ThrowIfNull(failure);
        return new UnlistedImage
        {
            Name = key.Value,
            Key = key,
            Status = failure is StorageNotSupportedException ? VerificationStatus.Newer : VerificationStatus.Corrupted,
            Detail = failure.Reason ?? failure.Message,
            CreatedAt = createdAt,
        };
    }
}
