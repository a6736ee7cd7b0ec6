using System.Globalization;
using ImageStorage.FileSystem.Volumes;
using ImageStorage.Providers;

namespace ImageStorage.FileSystem.Staging;

/// <summary>
/// The folder in which files are written before their commit. Each open store has a subfolder of its own, named by its
/// owner id, beside the owner file. A folder whose owner is dead is deleted.
/// </summary>
/// <param name="volume">The volume of the store.</param>
/// <param name="directory">The staging folder.</param>
/// <param name="confirm">Throws unless the store is at its path; <see langword="null"/> if it cannot be away.</param>
internal sealed class StagingArea(IVolume volume, string directory, Action? confirm = null) : StagingOwner
{
    private const string OwnerSuffix = ".owner";
    private long _files;

    /// <summary>Creates a staged file.</summary>
    public StagedFile Create(long reservedLength)
    {
        var id = Acquire();
        var path = NextPath(id);
        try
        {
            return new StagedFile(volume, path, volume.CreateNew(path, reservedLength));
        }
        catch (DirectoryNotFoundException)
        {
            // The staging folder was deleted by hand. Use a new one, unless another thread has created one already.
            Abandon(id);

            path = NextPath(Acquire());
            return new StagedFile(volume, path, volume.CreateNew(path, reservedLength));
        }
    }

    /// <summary>
    /// Links an existing file, which never changes, into the staging folder, to be committed under another name.
    /// </summary>
    public StagedFile Link(string source)
    {
        var path = NextPath(Acquire());
        volume.Link(source, path);
        return new StagedFile(volume, path, null);
    }

    /// <summary>
    /// Uses a new subfolder from now on: the store returned as another copy or mount, in which the old subfolder is not
    /// ours.
    /// </summary>
    public void Abandon() => Abandon(Id);

    /// <summary>Deletes the files of dead processes. Returns the number of files.</summary>
    public int Reclaim(CancellationToken cancellationToken = default)
    {
        var owners = new List<string>();
        var folders = new List<string>();
        volume.VisitDirectory(directory, (name, isDirectory) =>
        {
            if (isDirectory)
            {
                folders.Add(name.ToString());
            }
            else if (name.EndsWith(OwnerSuffix))
            {
                owners.Add(name[..^OwnerSuffix.Length].ToString());
            }
        });

        var reclaimed = 0;
        foreach (var owner in owners)
        {
            cancellationToken.ThrowIfCancellationRequested();
            TryReclaim(owner, () => reclaimed += Empty(owner));
        }

        foreach (var folder in folders.Except(owners))
        {
            reclaimed += Exists(folder) ? 0 : Empty(folder);
        }

        return reclaimed;
    }

    protected override IDisposable? TryLock(string id)
    {
        VolumeLock? owner = volume.OpenLock(OwnerOf(id));
        try
        {
            var entered = owner.TryEnter() ? owner : null;
            owner = entered is null ? owner : null;
            return entered;
        }
        finally
        {
            owner?.Dispose();
        }
    }

    protected override bool Exists(string id) => volume.FileExists(OwnerOf(id));

    protected override void Prepare(string id) => volume.CreateDirectory($"{directory}/{id}");

    protected override void Confirm() => confirm?.Invoke();

    protected override void Remove(string id)
    {
        volume.DeleteDirectoryIfEmpty($"{directory}/{id}");
        volume.DeleteFile(OwnerOf(id));
    }

    private string OwnerOf(string id) => $"{directory}/{id}{OwnerSuffix}";

    private string NextPath(string id) => string.Create(CultureInfo.InvariantCulture, $"{directory}/{id}/{Interlocked.Increment(ref _files):x}");

    private int Empty(string id)
    {
        var folder = $"{directory}/{id}";
        var files = new List<string>();
        volume.VisitDirectory(folder, (name, _) => files.Add(name.ToString()));
        var deleted = files.Count(file => volume.DeleteFile($"{folder}/{file}"));
        volume.DeleteDirectoryIfEmpty(folder);
        return deleted;
    }
}
