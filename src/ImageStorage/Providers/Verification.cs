namespace ImageStorage.Providers;

/// <summary>The finding of a verification about one stored object.</summary>
public sealed record VerificationItem
{
    /// <summary>Gets the status: sound, or the kind of defect.</summary>
    public required VerificationStatus Status { get; init; }

    /// <summary>Gets the kind of the object; the default is an image.</summary>
    public VerificationKind Kind { get; init; }

    /// <summary>
    /// Gets the key of an image, the id of a retained version or the name of a document, if known; otherwise the
    /// location of the object, relative to the store.
    /// </summary>
    public required string Name { get; init; }

    /// <summary>
    /// Gets the name of the part that holds the object (<see cref="StorePart.Name"/>), if a store with fallbacks or a
    /// mirror is verified as a whole; otherwise null.
    /// </summary>
    public string? Part { get; init; }

    /// <summary>Gets the number of bytes that were read.</summary>
    public long Bytes { get; init; }

    /// <summary>Gets the defect; null if there is none.</summary>
    public string? Detail { get; init; }

    /// <summary>Returns the finding about an image whose stored bytes match their hashes: sound, or not decodable where the bytes are not those of the image.</summary>
    /// <param name="name">The key of the image.</param>
    /// <param name="bytes">The number of bytes that were read.</param>
    /// <param name="encoding">The encoding in the record; null for none.</param>
    public static VerificationItem OfMatching(string name, long bytes, ImageEncoding? encoding) => encoding is null
        ? new VerificationItem { Status = VerificationStatus.Sound, Name = name, Bytes = bytes }
        : new VerificationItem { Status = VerificationStatus.NotDecodable, Name = name, Bytes = bytes, Detail = $"{StoredEncoding.Describe(encoding)}; {StoredEncoding.Remedy(encoding)}" };

    /// <summary>
    /// Returns the finding about an object that cannot be read: missing, newer or corrupted. For authors of providers.
    /// </summary>
    /// <param name="name">The name of the object.</param>
    /// <param name="failure">The failure of the read: damage, or an object of a newer version of the library.</param>
    /// <param name="bytes">The number of bytes that were read.</param>
    public static VerificationItem OfFailure(string name, ImageStorageException failure, long bytes = 0)
    {
        ArgumentNullException.ThrowIfNull(failure);
        var status = failure is StorageNotSupportedException ? VerificationStatus.Newer
            : failure is ImageCorruptedException { IsContentMissing: true } ? VerificationStatus.Missing
            : VerificationStatus.Corrupted;
        return new VerificationItem { Status = status, Name = name, Bytes = bytes, Detail = failure.Reason ?? failure.Message };
    }
}

/// <summary>The kind of a stored object in a verification.</summary>
public enum VerificationKind
{
    /// <summary>An image of the store.</summary>
    Image,

    /// <summary>A document.</summary>
    Document,

    /// <summary>Another object, such as a file that the library did not write.</summary>
    Other,

    /// <summary>A retained version of an image.</summary>
    RetainedVersion,
}
