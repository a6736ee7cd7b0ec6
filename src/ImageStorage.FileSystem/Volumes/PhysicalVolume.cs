using System.Collections.Concurrent;
using System.IO.Enumeration;

namespace ImageStorage.FileSystem.Volumes;

/// <summary>A folder of the real file system, accessed through .NET on every platform.</summary>
internal class PhysicalVolume(string root) : IVolume
{
    private static readonly EnumerationOptions AllEntries = new() { AttributesToSkip = 0, IgnoreInaccessible = false, ReturnSpecialDirectories = false };
    private readonly string _root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));

    // Folders that were checked: neither they nor their parents are links. Bounds the memory for stores with very many
    // folders.
    private const int CopyLength = 128 << 10;
    private const int MaxPlainFolders = 16 * 1024;
    private readonly ConcurrentDictionary<string, bool> _plainFolders = new(StringComparer.Ordinal);
    private string? _realRoot;

    public bool RootExists => Directory.Exists(_root);

    public bool RootIsFile => File.Exists(_root);

    public long? AvailableBytes => Measure(drive => drive.AvailableFreeSpace);

    public long? TotalBytes => Measure(drive => drive.TotalSize);

    /// <summary>Opens the volume for the platform.</summary>
    public static IVolume Open(string root) => OperatingSystem.IsWindows() ? new PhysicalVolume(root) : new UnixVolume(root);

    public void CreateRoot()
    {
        // The missing ancestors, from the nearest existing one down, so that each new entry can be flushed.
        var missing = new Stack<string>();
        for (var path = _root; path is not null && !Directory.Exists(path); path = Path.GetDirectoryName(path))
        {
            missing.Push(path);
        }

        while (missing.TryPop(out var path))
        {
            Directory.CreateDirectory(path);
            FlushOutside(Path.GetDirectoryName(path)!);
        }
    }

    public virtual FileIdentity? Identify(string path)
    {
        // Available on every platform. A copy has its own time; a renamed file keeps it.
        var full = Full(path);
        FileSystemInfo info = File.Exists(full) ? new FileInfo(full) : new DirectoryInfo(full);
        return info.Exists ? new FileIdentity(0, 0, info.CreationTimeUtc.Ticks) : null;
    }

    public virtual VolumeFile? OpenRead(string path)
    {
        RefuseLinks(path);
        try
        {
            return new PhysicalFile(File.OpenHandle(Full(path), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete), path);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    public virtual VolumeFile CreateNew(string path, long reservedLength)
    {
        RefuseLinkedFolderOf(path);
        return new PhysicalFile(File.OpenHandle(Full(path), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete, FileOptions.None, reservedLength), path);
    }

    public virtual bool FileExists(string path)
    {
        RefuseLinkedFolderOf(path);
        return File.Exists(Full(path));
    }

    public bool DirectoryExists(string path)
    {
        RefuseLinkedFolderOf(path);
        return Directory.Exists(Full(path));
    }

    public virtual void MoveOver(string source, string target)
    {
        RefuseLinkedFolderOf(source);
        RefuseLinkedFolderOf(target);

        // On Windows, a reader or a virus scanner that does not share deletion can block the move for a moment.
        const int MaxAttempts = 20;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                File.Move(Full(source), Full(target), overwrite: true);
                return;
            }
            catch (FileNotFoundException exception) when (File.Exists(Full(source)))
            {
                throw new DirectoryNotFoundException(exception.Message, exception);
            }
            catch (Exception exception) when (exception is IOException and not (FileNotFoundException or DirectoryNotFoundException) or UnauthorizedAccessException && attempt < MaxAttempts && File.Exists(Full(source)))
            {
                using var pause = new ManualResetEventSlim();
                pause.Wait(TimeSpan.FromMilliseconds(5 * attempt));
            }
        }
    }

    public virtual void Link(string source, string target) => Copy(source, target);

    public virtual bool DeleteFile(string path)
    {
        RefuseLinkedFolderOf(path);
        var fullPath = Full(path);
        if (!File.Exists(fullPath))
        {
            return false;
        }

        File.Delete(fullPath);
        return true;
    }

    public virtual bool CreateDirectory(string path)
    {
        var fullPath = Full(path);
        RefuseLinks(path);
        if (Directory.Exists(fullPath))
        {
            return false;
        }

        if (!Directory.Exists(Path.GetDirectoryName(fullPath)))
        {
            throw new DirectoryNotFoundException("A folder of the store is missing.");
        }

        Directory.CreateDirectory(fullPath);
        return true;
    }

    public virtual bool DeleteDirectoryIfEmpty(string path)
    {
        try
        {
            Directory.Delete(Full(path), recursive: false);
            ForgetPlainFolder(path);
            return true;
        }
        catch (DirectoryNotFoundException)
        {
            return true;
        }
        catch (IOException) when (Directory.Exists(Full(path)))
        {
            // Not empty: another writer has put something there, and the folder stays.
            return false;
        }
    }

    public bool VisitDirectory(string path, VolumeEntryVisitor visitor)
    {
        RefuseLinkedFolder(path);
        try
        {
            var entries = new FileSystemEnumerable<bool>(
                Full(path),
                (ref FileSystemEntry entry) =>
                {
                    visitor(entry.FileName, entry.IsDirectory && (entry.Attributes & FileAttributes.ReparsePoint) == 0);
                    return true;
                },
                AllEntries);
            foreach (var _ in entries)
            {
                // The visitor was called.
            }

            return true;
        }
        catch (DirectoryNotFoundException)
        {
            return false;
        }
    }

    public virtual void FlushDirectory(string path)
    {
        // NTFS journals names itself. Windows can neither flush a folder nor needs it.
    }

    public VolumeLock OpenLock(string path)
    {
        RefuseLinkedFolderOf(path);
        return new PhysicalLock(Full(path));
    }

    public void Dispose()
    {
        // Nothing is open.
    }

    /// <summary>Flushes a folder above the store in which a part of the path was created.</summary>
    protected virtual void FlushOutside(string fullPath)
    {
        // As in FlushDirectory.
    }

    protected virtual string Resolve(string root) => root;

    /// <summary>
    /// Copies a file durably to an unused name, on a file system without hard links. A failed copy leaves no file.
    /// </summary>
    protected void Copy(string source, string target)
    {
        using var from = OpenRead(source) ?? throw new FileNotFoundException("No such file.");
        var to = CreateNew(target, 0);
        var isWhole = false;
        try
        {
            long offset = 0;
            while (to.WriteFrom(from, offset, CopyLength) is var copied and > 0)
            {
                offset += copied;
            }


            to.Flush();
            isWhole = true;
        }
        finally
        {
            to.Dispose();
            if (!isWhole)
            {
                DeleteFile(target);
            }
        }
    }

    // The root may be a link or be below one; nothing in the root may. Resolved once, when the root first exists, so
    // that reads and writes always use the same folder.
    protected string RealRoot()
    {
        if (Volatile.Read(ref _realRoot) is null && Directory.Exists(_root))
        {
            Volatile.Write(ref _realRoot, Resolve(_root));
        }

        return _realRoot ?? _root;
    }

    protected string Full(string path) => path.Length == 0 ? RealRoot() : string.Concat(RealRoot(), "/", path);

    /// <summary>
    /// Throws if a folder is a link or is below one. Each folder is checked once. This finds existing links at no cost
    /// per operation; a program that replaces folders of an open store can do worse damage.
    /// </summary>
    protected void RefuseLinkedFolderOf(string path) => RefuseLinkedFolder(path.AsSpan(0, Math.Max(0, path.LastIndexOf('/'))));

    /// <summary>
    /// Checks a folder again the next time: it was removed, and a later folder with its name may be a link.
    /// </summary>
    protected void ForgetPlainFolder(string path) => _plainFolders.TryRemove(path, out _);

    private void RefuseLinkedFolder(ReadOnlySpan<char> folder)
    {
        if (folder.IsEmpty || _plainFolders.GetAlternateLookup<ReadOnlySpan<char>>().ContainsKey(folder))
        {
            return;
        }

        var path = folder.ToString();
        RefuseLinks(path);
        if (Directory.Exists(Full(path)))
        {
            if (_plainFolders.Count >= MaxPlainFolders)
            {
                _plainFolders.Clear();
            }

            _plainFolders.TryAdd(path, true);
        }
    }

    // If the kernel cannot refuse links, each component below the root is checked.
    protected void RefuseLinks(string path)
    {
        for (var end = path.IndexOf('/', StringComparison.Ordinal); ; end = path.IndexOf('/', end + 1))
        {
            var component = Full(end < 0 ? path : path[..end]);
            if (new FileInfo(component).LinkTarget is not null)
            {
                throw new LinkRefusedException(path);
            }

            if (end < 0)
            {
                return;
            }
        }
    }

    private long? Measure(Func<DriveInfo, long> measure)
    {
        try
        {
            return measure(new DriveInfo(_root));
        }
        catch (Exception exception) when (exception is ArgumentException or IOException or UnauthorizedAccessException)
        {
            // Network shares and unusual mounts have no drive.
            return null;
        }
    }
}
