namespace ImageStorage.LiteDb.Records;

/// <summary>What the database holds of an image besides its chunks.</summary>
/// <param name="Info">The record of the contract.</param>
/// <param name="Version">The number under which the chunks of this content stand.</param>
/// <param name="ChunkBytes">How many bytes each chunk but the last has.</param>
internal sealed record StoredRecord(ImageInfo Info, long Version, int ChunkBytes)
{
    /// <summary>How many bytes are stored: those of the image, or of what a layer made of it.</summary>
    public long StoredLength => Info.Encoding?.StoredLength ?? Info.Length;

    public int ChunkCount => (int)((StoredLength + ChunkBytes - 1) / ChunkBytes);
}
