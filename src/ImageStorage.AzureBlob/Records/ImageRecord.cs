namespace ImageStorage.AzureBlob.Records;

/// <summary>
/// The record of an image, stored as metadata of the image blob, so that one request commits bytes and record.
/// </summary>
internal sealed record ImageRecord
{
    /// <summary>Gets the record of the library.</summary>
    public required ImageInfo Info { get; init; }

    /// <summary>Gets the number of stored bytes.</summary>
    public required long StoredLength { get; init; }

    /// <summary>Gets the XXH128 of the stored bytes; with a payload, the XXH128 of the table of hashes.</summary>
    public required UInt128 StoredHash { get; init; }

    /// <summary>Gets the payload with the bytes; null when the image blob holds the bytes.</summary>
    public Guid? Payload { get; init; }

    /// <summary>
    /// Gets the id of the index entry of the image, which differs from the ids of earlier images with the same key.
    /// </summary>
    public required ulong EntryId { get; init; }
}
