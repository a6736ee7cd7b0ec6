namespace ImageStorage.LiteDb.Records;

/// <summary>The record of an image in the database.</summary>
/// <param name="Info">The record of the contract.</param>
/// <param name="Version">The number under which the chunks of this content are stored.</param>
/// <param name="ChunkBytes">The number of bytes in each chunk except the last.</param>
internal sealed record StoredRecord(ImageInfo Info, long Version, int ChunkBytes)
{
    /// <summary>Gets the number of stored bytes, which an encoding may have changed.</summary>
    public long StoredLength => Info.Encoding?.StoredLength ?? Info.Length;

    /// <summary>Gets the number of chunks.</summary>
    public int ChunkCount => (int)((StoredLength + ChunkBytes - 1) / ChunkBytes);
}
