namespace ImageStorage.Caching.Entries;

/// <summary>The fields of the header of an entry, after its hash was checked.</summary>
/// <param name="Info">The version.</param>
/// <param name="PayloadLength">The number of bytes of the payload.</param>
/// <param name="Table">The hashes of the blocks of the payload.</param>
/// <param name="StoredAt">When the image was read from the provider.</param>
/// <param name="ValidatedAt">The last time at which the version was confirmed.</param>
internal sealed record EntryHeader(ImageInfo Info, long PayloadLength, byte[] Table, DateTimeOffset StoredAt, DateTimeOffset ValidatedAt);
