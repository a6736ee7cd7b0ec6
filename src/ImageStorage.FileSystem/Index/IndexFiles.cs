using ImageStorage.FileSystem.Volumes;

namespace ImageStorage.FileSystem.Index;

/// <summary>The files of the index, and the checks that a file was read from or written to this store.</summary>
/// <remarks>
/// Another store may be at the path for a moment. A confirmation after a call therefore does not prove where the call
/// went: the store may be back. A second piece of evidence, read after the confirmation, does: a file with a unique
/// name is there, the manifest is the same, a lock is free again.
/// </remarks>
/// <param name="volume">The volume of the store.</param>
/// <param name="folder">The folder of the index.</param>
/// <param name="confirm">Throws <see cref="VolumeFailureException"/> unless the store is at its path.</param>
internal sealed class IndexFiles(IVolume volume, string folder, Action confirm)
{
    private const string LogSuffix = ".log";
    private const string OwnerSuffix = ".owner";
    private const string RunSuffix = ".run";

    public string Folder => folder;

    /// <summary>Gets the path of the manifest, which names the current runs. A rename replaces it.</summary>
    public string Manifest { get; } = folder + "/manifest";

    /// <summary>Gets the path of the lock that is held while runs and manifest change.</summary>
    public string MergeLock { get; } = folder + "/merge.lock";

    public string Log(string id) => $"{folder}/{id}{LogSuffix}";

    /// <summary>
    /// Returns the path of the lock that the writer of a log holds until nothing more is appended and all saves with an
    /// entry in the log have completed.
    /// </summary>
    public string Owner(string id) => $"{folder}/{id}{OwnerSuffix}";

    public string Run(Guid id) => $"{folder}/{id:N}{RunSuffix}";

    /// <summary>Throws <see cref="VolumeFailureException"/> unless the store is at its path.</summary>
    public void Confirm() => confirm();

    /// <summary>Throws unless a new file with a unique name is in this store.</summary>
    public void ConfirmCreated(string path)
    {
        confirm();
        if (!volume.FileExists(path))
        {
            throw WasAbsent();
        }
    }

    /// <summary>
    /// Reads the manifest of this store and of no other. Returns <see langword="null"/> if it is missing or damaged.
    /// The caller holds the merge lock.
    /// </summary>
    public IndexManifest? ReadManifest()
    {
        var manifest = IndexManifest.TryRead(volume, this);
        confirm();
        return IndexManifest.AreSame(manifest, IndexManifest.TryRead(volume, this)) ? manifest : throw WasAbsent();
    }

    /// <summary>Returns the failure for another store that was at the path for a moment.</summary>
    public static VolumeFailureException WasAbsent() =>
        new("the store was not at its path for a moment while its index was changed", "Nothing is lost. Call again, and find out what replaces the folder or the mount of the store.", isTransient: true);

    /// <summary>Lists the ids of logs, of their locks, and of runs.</summary>
    public (List<string> Logs, List<string> Owners, List<Guid> Runs) Read()
    {
        var logs = new List<string>();
        var owners = new List<string>();
        var runs = new List<Guid>();
        volume.VisitDirectory(folder, (name, _) =>
        {
            if (name.EndsWith(LogSuffix))
            {
                logs.Add(name[..^LogSuffix.Length].ToString());
            }
            else if (name.EndsWith(OwnerSuffix))
            {
                owners.Add(name[..^OwnerSuffix.Length].ToString());
            }
            else if (name.EndsWith(RunSuffix) && Guid.TryParseExact(name[..^RunSuffix.Length], "N", out var run))
            {
                runs.Add(run);
            }
        });
        return (logs, owners, runs);
    }
}
