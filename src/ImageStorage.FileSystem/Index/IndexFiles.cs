using ImageStorage.FileSystem.Volumes;

namespace ImageStorage.FileSystem.Index;

/// <summary>The names of the files of the index, and the proof that a file was read from or written to this store.</summary>
/// <remarks>
/// Another store may be at the path for a moment, so that one look at the format file after a call proves nothing about the call: the store may be back. It does
/// together with a second piece of evidence that is read after it: a file with a unique name is there, a manifest is the same, a lock is free again.
/// </remarks>
/// <param name="volume">Where.</param>
/// <param name="folder">The folder.</param>
/// <param name="confirm">Throws <see cref="VolumeFailureException"/> unless the store is at its path.</param>
internal sealed class IndexFiles(IVolume volume, string folder, Action confirm)
{
    private const string LogSuffix = ".log";
    private const string OwnerSuffix = ".owner";
    private const string RunSuffix = ".run";

    public string Folder => folder;

    /// <summary>Names the runs that count; replaced by renames.</summary>
    public string Manifest { get; } = folder + "/manifest";

    /// <summary>Whoever changes runs and manifest holds it.</summary>
    public string MergeLock { get; } = folder + "/merge.lock";

    public string Log(string id) => $"{folder}/{id}{LogSuffix}";

    /// <summary>The lock that the writer of a log holds while it may still append, or decide about what it appended.</summary>
    public string Owner(string id) => $"{folder}/{id}{OwnerSuffix}";

    public string Run(Guid id) => $"{folder}/{id:N}{RunSuffix}";

    /// <summary>Throws <see cref="VolumeFailureException"/> unless the store is at its path now.</summary>
    public void Confirm() => confirm();

    /// <summary>Throws unless a file with a unique name, which was created a moment ago, is in this store.</summary>
    public void ConfirmCreated(string path)
    {
        confirm();
        if (!volume.FileExists(path))
        {
            throw WasAbsent();
        }
    }

    /// <summary>Reads the manifest of this store and of no other; null when there is none, or it is damaged. The caller holds the merge lock.</summary>
    public IndexManifest? ReadManifest()
    {
        var manifest = IndexManifest.TryRead(volume, this);
        confirm();
        return IndexManifest.AreSame(manifest, IndexManifest.TryRead(volume, this)) ? manifest : throw WasAbsent();
    }

    /// <summary>The failure to report when another store was at the path for a moment.</summary>
    public static VolumeFailureException WasAbsent() =>
        new("the store was not at its path for a moment while its index was changed", "Nothing is lost; call again. Find out what replaces the folder or the mount of the store.", isTransient: true);

    /// <summary>What lies in the folder: ids of logs and of their locks, and runs.</summary>
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
