using ImageStorage.FileSystem.Volumes;

namespace ImageStorage.FileSystem.Index;

/// <summary>The names of the files of the index.</summary>
internal sealed class IndexFiles(IVolume volume, string folder)
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
