using ImageStorage.FileSystem.Naming;

namespace ImageStorage.FileSystem.Volumes;

/// <summary>
/// Reports that a path is missing only while the store itself is at its path. A path below a folder that was renamed,
/// unmounted or replaced resembles one that never existed, so every negative result is confirmed. A positive result is
/// confirmed from time to time, because another store may be at the path.
/// </summary>
/// <param name="inner">The volume of the store.</param>
/// <param name="confirm">Throws <see cref="VolumeFailureException"/> unless the store is at its path, with everything
/// that a given path depends on.</param>
/// <param name="confirmIfDue">Does the same for the store, unless it was confirmed a moment ago.</param>
internal sealed class GuardedVolume(IVolume inner, Action<string> confirm, Action confirmIfDue) : IVolume
{
    public bool RootExists => inner.RootExists;

    public bool RootIsFile => inner.RootIsFile;

    public long? AvailableBytes => inner.AvailableBytes;

    public long? TotalBytes => inner.TotalBytes;

    public void CreateRoot() => inner.CreateRoot();

    public FileIdentity? Identify(string path) => inner.Identify(path);

    public VolumeFile? OpenRead(string path)
    {
        var file = inner.OpenRead(path);
        if (file is null)
        {
            confirm(path);
            return null;
        }

        try
        {
            confirmIfDue();
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public VolumeFile CreateNew(string path, long reservedLength)
    {
        try
        {
            return inner.CreateNew(path, reservedLength);
        }
        catch (DirectoryNotFoundException)
        {
            confirm(path);
            throw;
        }
    }

    public bool FileExists(string path) => Confirmed(path, inner.FileExists(path));

    public bool DirectoryExists(string path) => Confirmed(path, inner.DirectoryExists(path));

    public void MoveOver(string source, string target)
    {
        try
        {
            inner.MoveOver(source, target);
        }
        catch (DirectoryNotFoundException)
        {
            confirm(target);
            throw;
        }
    }

    public void Link(string source, string target)
    {
        try
        {
            inner.Link(source, target);
        }
        catch (Exception exception) when (exception is DirectoryNotFoundException or FileNotFoundException)
        {
            confirm(source);
            throw;
        }
    }

    public bool DeleteFile(string path) => Confirmed(path, inner.DeleteFile(path));

    public bool CreateDirectory(string path)
    {
        if (path == ImagePaths.Root)
        {
            // This folder is created with the store. If it is lost, a save must not create it again, or the store would
            // look like a sound store without images.
            confirm(path);
            return inner.DirectoryExists(path) ? false : throw StorePresence.ImagesLost();
        }

        try
        {
            return inner.CreateDirectory(path);
        }
        catch (DirectoryNotFoundException)
        {
            confirm(path);
            throw;
        }
    }

    public bool DeleteDirectoryIfEmpty(string path) => inner.DeleteDirectoryIfEmpty(path);

    public bool VisitDirectory(string path, VolumeEntryVisitor visitor) => Confirmed(path, inner.VisitDirectory(path, visitor));

    public void FlushDirectory(string path)
    {
        try
        {
            inner.FlushDirectory(path);
        }
        catch (DirectoryNotFoundException)
        {
            confirm(path);
            throw;
        }
    }

    public VolumeLock OpenLock(string path)
    {
        try
        {
            return inner.OpenLock(path);
        }
        catch (DirectoryNotFoundException)
        {
            confirm(path);
            throw;
        }
    }

    public void Dispose() => inner.Dispose();

    private bool Confirmed(string path, bool isThere)
    {
        if (!isThere)
        {
            confirm(path);
        }

        return isThere;
    }
}
