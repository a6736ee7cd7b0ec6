namespace ImageStorage.Providers;

/// <summary>The finding of a verification about one stored object.</summary>
public sealed record VerificationItem
{
    /// <summary>Gets the status: sound, or the kind of defect.</summary>
    public required VerificationStatus Status { get; init; }

    /// <summary>Gets the kind of the object; the default is an image.</summary>
    public VerificationKind Kind { get; init; }

    /// <summary>Gets the key of the image if the key is known; otherwise the location of the object, relative to the store.</summary>
    public required string Name { get; init; }

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
}
