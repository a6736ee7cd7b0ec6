namespace ImageStorage.LiteDb;

/// <summary>Options of the LiteDB provider.</summary>
public sealed class LiteDbStorageOptions
{
    /// <summary>
    /// Gets or sets the database file. Required. A relative path counts from the current folder of the process. A
    /// LiteDB connection string with <c>Filename</c> and <c>Connection=direct</c> works too; other settings are
    /// refused.
    /// </summary>
    public string Path { get; set; } = string.Empty;

    /// <summary>
    /// Gets or sets what an acknowledged write survives. The default is <see cref="Durability.Full"/>, a power cut.
    /// </summary>
    public Durability Durability { get; set; } = Durability.Full;

    /// <summary>
    /// Gets or sets a value that indicates whether the first write creates a missing database. The default is
    /// <see langword="true"/>. With <see langword="false"/>, every call on a missing database throws.
    /// </summary>
    public bool CreateIfMissing { get; set; } = true;

    /// <summary>
    /// Gets or sets the number of bytes of an image in one chunk, 4 KiB to 256 KiB. The default of 65,104 bytes fills
    /// eight pages of LiteDB and keeps LiteDB's arrays off the large object heap. Stored images keep their chunk size.
    /// </summary>
    public int ChunkBytes { get; set; } = 65_104;

    /// <summary>
    /// Gets or sets the size of the log, in bytes, at which its pages are moved into the database, 1 MiB to 1 GiB. The
    /// default is 16 MiB. A larger log means fewer and longer moves.
    /// </summary>
    public long CheckpointBytes { get; set; } = 16 << 20;

    /// <summary>
    /// Gets or sets the maximum size of one image in bytes, 1 MiB to 4 GiB. The default is 256 MiB. Every byte is
    /// written twice, so store larger images in files.
    /// </summary>
    public long MaxLength { get; set; } = 256 << 20;
}
