namespace ImageStorage.Caching.Disk;

/// <summary>
/// The open folder of a disk tier with its ledger and staging owner. Replaced when the folder was removed or replaced.
/// </summary>
internal sealed class DiskComponents(DiskFolder folder) : IDisposable
{
    private readonly Lock _gate = new();
    private StagingOwner? _owner;

    public DiskFolder Folder { get; } = folder;

    public DiskLedger Ledger { get; } = new(folder.Ledger);

    /// <summary>
    /// Gets or sets a value that indicates whether this process has counted the files. Each process counts once,
    /// because after a power cut the ledger may be older than the files.
    /// </summary>
    public bool IsCounted { get; set; }

    /// <summary>
    /// Gets the owner of this process's staged files. Created when first needed, so that a read-only folder serves
    /// reads.
    /// </summary>
    public StagingOwner Owner
    {
        get
        {
            lock (_gate)
            {
                return _owner ??= StagingOwner.Create(Folder.Staging);
            }
        }
    }

    public string? OwnerId => Volatile.Read(ref _owner)?.Id;

    public string PathOf(DiskEntry entry) => Path.Join(Folder.Entries, entry.Name.ToString());

    public void Dispose()
    {
        lock (_gate)
        {
            _owner?.Dispose();
            _owner = null;
        }
    }
}
