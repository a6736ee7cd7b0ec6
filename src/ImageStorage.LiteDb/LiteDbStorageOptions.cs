namespace ImageStorage.LiteDb;

/// <summary>How images are kept in a LiteDB database.</summary>
public sealed class LiteDbStorageOptions
{
    /// <summary>
    /// The database file; created by the first write. A relative path counts from the current folder of the process. A
    /// LiteDB connection string works too, as far as <c>Filename</c> and <c>Connection=direct</c> go.
    /// </summary>
    public string Path { get; set; } = string.Empty;

    /// <summary>What an acknowledged write survives; a power cut unless said otherwise.</summary>
    public Durability Durability { get; set; } = Durability.Full;

    /// <summary>Create the database when it is missing? True unless said otherwise; tools that only look set it to false and get a clear failure.</summary>
    public bool CreateIfMissing { get; set; } = true;

    /// <summary>
    /// How many bytes of an image one chunk holds, 4 KiB to 256 KiB. The default fills eight pages of LiteDB exactly, and
    /// keeps the arrays that LiteDB makes off the large object heap. Images that are stored already keep theirs.
    /// </summary>
    public int ChunkBytes { get; set; } = 65_104;

    /// <summary>How long the log may become before its pages are moved into the database, 1 MiB to 1 GiB; 16 MiB unless said otherwise. A longer log means fewer and longer moves.</summary>
    public long CheckpointBytes { get; set; } = 16 << 20;

    /// <summary>The most bytes that one image may have, 1 MiB to 4 GiB; 256 MiB unless said otherwise. Larger ones are better kept in files.</summary>
    public long MaxLength { get; set; } = 256 << 20;
}
