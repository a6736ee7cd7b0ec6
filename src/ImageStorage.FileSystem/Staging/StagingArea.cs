using System.Globalization;
using ImageStorage.FileSystem.Volumes;

namespace ImageStorage.FileSystem.Staging;

/// <summary>
/// The folder in which files are written before their commit. Each open store has a subfolder of its own and holds the
/// lock of that folder's owner file. A folder whose lock is free was left by a dead process and is deleted.
/// </summary>
/// <param name="volume">The volume of the store.</param>
/// <param name="directory">The staging folder.</param>
/// <param name="confirm">Throws unless the store is at its path; <see langword="null"/> if it cannot be away.</param>
internal sealed class StagingArea(IVolume volume, string directory, Action? confirm = null) : IDisposable
{
    private const string OwnerSuffix = ".owner";
    private readonly Lock _gate = new();
    private string? _folder;
    private VolumeLock? _owner;
    private long _files;

    /// <summary>Creates a staged file.</summary>
    public StagedFile Create(long reservedLength)
    {
        var folder = Volatile.Read(ref _folder) ?? Open();
        var path = string.Create(CultureInfo.InvariantCulture, $"{folder}/{Interlocked.Increment(ref _files):x}");
        try
        {
            return new StagedFile(volume, path, volume.CreateNew(path, reservedLength));
        }
        catch (DirectoryNotFoundException)
        {
            // The staging folder was deleted by hand. Use a new one, unless another thread has created one already.
            AbandonIf(folder);

            path = string.Create(CultureInfo.InvariantCulture, $"{Open()}/{Interlocked.Increment(ref _files):x}");
            return new StagedFile(volume, path, volume.CreateNew(path, reservedLength));
        }
    }

    /// <summary>
    /// Links an existing file, which never changes, into the staging folder, to be committed under another name.
    /// </summary>
    public StagedFile Link(string source)
    {
        var path = string.Create(CultureInfo.InvariantCulture, $"{Volatile.Read(ref _folder) ?? Open()}/{Interlocked.Increment(ref _files):x}");
        volume.Link(source, path);
        return new StagedFile(volume, path, null);
    }

    /// <summary>
    /// Uses a new subfolder from now on: the store returned as another copy or mount, in which the old subfolder is not
    /// ours.
    /// </summary>
    public void Abandon() => AbandonIf(Volatile.Read(ref _folder));

    private void AbandonIf(string? folder)
    {
        lock (_gate)
        {
            if (_folder == folder)
            {
                _owner?.Dispose();
                (_owner, _folder) = (null, null);
            }
        }
    }

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
            reclaimed += ReclaimIfDead(owner);
        }

        // A folder is created after its owner file, so a folder without one never had a living owner.
        foreach (var folder in folders.Except(owners))
        {
            reclaimed += volume.FileExists(OwnerOf(folder)) ? 0 : Empty(folder);
        }

        return reclaimed;
    }

    public void Dispose()
    {
        lock (_gate)
        {
            try
            {
                if (_folder is not null)
                {
                    volume.DeleteDirectoryIfEmpty(_folder);
                    volume.DeleteFile(_folder + OwnerSuffix);
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // The lock is released, so the next process that opens the store deletes the rest.
            }
            finally
            {
                _owner?.Dispose();
                (_owner, _folder) = (null, null);
            }
        }
    }

    private string OwnerOf(string id) => $"{directory}/{id}{OwnerSuffix}";

    private string Open()
    {
        lock (_gate)
        {
            if (_folder is not null)
            {
                return _folder;
            }

            while (true)
            {
                var id = Guid.CreateVersion7().ToString("N");
                var ownerPath = OwnerOf(id);
                VolumeLock? owner = volume.OpenLock(ownerPath);
                try
                {
                    // Between the creation of the file and the lock, another process may have deleted the file as that
                    // of a dead process.
                    if (owner.TryEnter() && volume.FileExists(ownerPath))
                    {
                        volume.CreateDirectory($"{directory}/{id}");

                        // Another store may have been at the path for a moment. If the lock is in that store, start
                        // again in this one.
                        confirm?.Invoke();
                        if (volume.FileExists(ownerPath))
                        {
                            (_owner, owner) = (owner, null);
                            return _folder = $"{directory}/{id}";
                        }
                    }
                }
                finally
                {
                    owner?.Dispose();
                }
            }
        }
    }

    private int ReclaimIfDead(string id)
    {
        if (_folder is not null && _folder.EndsWith(id, StringComparison.Ordinal))
        {
            return 0;
        }

        // In another store at the path the lock would be free, because it does not exist there. The lock must therefore
        // be free twice.
        using (var first = TryLock(id))
        {
            if (first is null)
            {
                return 0;
            }

            first.Exit();
        }

        confirm?.Invoke();
        using var owner = TryLock(id);
        if (owner is null)
        {
            return 0;
        }

        var reclaimed = Empty(id);
        volume.DeleteFile(OwnerOf(id));
        owner.Exit();
        return reclaimed;
    }

    /// <summary>Takes the lock of an owner. Returns <see langword="null"/> if it is held or gone.</summary>
    private VolumeLock? TryLock(string id)
    {
        VolumeLock? owner = null;
        try
        {
            owner = volume.OpenLock(OwnerOf(id));
            var entered = owner.TryEnter() ? owner : null;
            owner = entered is null ? owner : null;
            return entered;
        }
        catch (DirectoryNotFoundException)
        {
            // Gone in the meantime: its process ended normally, or another process deleted it.
            return null;
        }
        finally
        {
            owner?.Dispose();
        }
    }

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
