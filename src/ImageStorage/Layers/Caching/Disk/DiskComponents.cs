namespace ImageStorage.Caching.Disk;

/// <summary>
/// The open folder of a disk tier with its ledger and staged files. Replaced when the folder was removed or replaced.
/// </summary>
internal sealed class DiskComponents(DiskFolder folder) : IDisposable
{
    public DiskFolder Folder { get; } = folder;

    public DiskLedger Ledger { get; } = new(folder.Ledger);

    /// <summary>
    /// Gets or sets a value that indicates whether this process has counted the files. Each process counts once,
    /// because after a power cut the ledger may be older than the files.
    /// </summary>
    public bool IsCounted { get; set; }

    /// <summary>
    /// Gets the staged files. The first staged file creates the owner file, so that a read-only folder serves reads.
    /// </summary>
    public DiskStaging Staging { get; } = new(folder.Staging);

    public string PathOf(DiskEntry entry) => Path.Join(Folder.Entries, entry.Name.ToString());

    public void Dispose() => Staging.Dispose();
}
