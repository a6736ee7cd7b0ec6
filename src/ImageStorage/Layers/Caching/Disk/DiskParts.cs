namespace ImageStorage.Caching.Disk;

/// <summary>The open folder of a disk tier: made anew when the folder was removed under it.</summary>
internal sealed class DiskParts(DiskFolder folder) : IDisposable
{
    private readonly Lock _gate = new();
    private StagingOwner? _owner;

    public DiskFolder Folder { get; } = folder;

    public DiskLedger Ledger { get; } = new(folder.Ledger);

    /// <summary>Has this process counted the files, and so learnt what is there? After a power cut the ledger may be older than the files.</summary>
    public bool IsCounted { get; set; }

    /// <summary>The owner of this process's staged files. Made when it is first needed, since a folder that may only be read serves reads.</summary>
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
