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

/// <summary>The status of a stored item in a verification.</summary>
public enum VerificationStatus
{
    /// <summary>All bytes match their hashes.</summary>
    Sound,

    /// <summary>An image, a document or its record is altered or cut short.</summary>
    Corrupted,

    /// <summary>Data that the library did not write, or that nothing refers to.</summary>
    Orphan,

    /// <summary>A sound image that a listing by time would miss.</summary>
    NotIndexed,

    /// <summary>
    /// A sound record whose image this store cannot return: the bytes are encoded or in another store, and no layer of
    /// this store decodes them.
    /// </summary>
    NotDecodable,

    /// <summary>
    /// An image that a newer version of the library wrote in a form that this version cannot read, so its bytes were not
    /// verified. Update the library.
    /// </summary>
    Newer,
}
