namespace ImageStorage.AzureBlob.Records;

/// <summary>All that the blob of an image says beside its bytes: kept as its metadata, so that one request commits both.</summary>
internal sealed record ImageRecord
{
    /// <summary>What applications see.</summary>
    public required ImageInfo Info { get; init; }

    /// <summary>The number of stored bytes.</summary>
    public required long StoredLength { get; init; }

    /// <summary>The XXH128 of the stored bytes; of the table of their hashes where they are a payload of their own.</summary>
    public required UInt128 StoredHash { get; init; }

    /// <summary>Which blob holds the bytes; null when it is the image's own.</summary>
    public Guid? Payload { get; init; }

    /// <summary>Tells the entry in the index that belongs to this image from those of earlier images of the same key.</summary>
    public required ulong EntryId { get; init; }
}
