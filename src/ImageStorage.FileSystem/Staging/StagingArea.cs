using System.Globalization;
using ImageStorage.FileSystem.Volumes;

namespace ImageStorage.FileSystem.Staging;

/// <summary>
/// Where files are written before they are committed: a folder for each open store, with a lock that its process holds
/// as long as it lives. What lies in a folder whose lock is free was left by a dead process and is deleted.
/// </summary>
/// <param name="volume">Where.</param>
/// <param name="directory">The folder.</param>
/// <param name="confirm">Throws unless the store is at its path; null where it cannot be away.</param>
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
            // The staging area was emptied by hand. A new folder is as good, unless another thread has made one already.
            AbandonIf(folder);

            path = string.Create(CultureInfo.InvariantCulture, $"{Open()}/{Interlocked.Increment(ref _files):x}");
            return new StagedFile(volume, path, volume.CreateNew(path, reservedLength));
        }
    }

    /// <summary>Gives a file, which is never changed, a second name here, to be committed under another one.</summary>
    public StagedFile Link(string source)
    {
        var path = string.Create(CultureInfo.InvariantCulture, $"{Volatile.Read(ref _folder) ?? Open()}/{Interlocked.Increment(ref _files):x}");
        volume.Link(source, path);
        return new StagedFile(volume, path, null);
    }

    /// <summary>Uses a new folder from now on: the store was put back by another copy or mount of it, where the old one is not ours.</summary>
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

    /// <summary>Deletes what dead processes left; answers how many files.</summary>
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

        // A folder is created after its owner's file, so one without never had a living owner.
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
                // The lock is let go, so the next one to open the store reclaims what is left.
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
                    // Between the creation of the file and the lock, somebody who reclaims may have taken it for dead.
                    if (owner.TryEnter() && volume.FileExists(ownerPath))
                    {
                        volume.CreateDirectory($"{directory}/{id}");

                        // Another store may have been at the path for a moment; if the lock is in that one, this one is begun again.
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

        // In another store at the path the lock would be free, because it does not exist there. So it must be free twice.
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

    /// <summary>Takes the lock of an owner; null when it is held or gone.</summary>
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
            // Gone meanwhile: its process ended in order, or another one reclaimed it.
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
