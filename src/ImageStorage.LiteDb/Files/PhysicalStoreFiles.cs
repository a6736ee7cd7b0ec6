using ImageStorage.Providers;
using Microsoft.Win32.SafeHandles;

namespace ImageStorage.LiteDb.Files;

/// <summary>The files of a store on the real file system.</summary>
internal sealed class PhysicalStoreFiles : IStoreFiles
{
    private readonly string _path;
    private readonly string _folder;

    /// <summary>Determines the paths of a store.</summary>
    /// <param name="path">The database. A link is resolved once, so that two names of one file have one owner.</param>
    /// <param name="mounts">Remembers the volume of the database; null for the memory of the user.</param>
    public PhysicalStoreFiles(string path, KnownMounts? mounts = null)
    {
        var full = Path.GetFullPath(path);
        _path = new FileInfo(full) is { LinkTarget: not null } link ? link.ResolveLinkTarget(returnFinalTarget: true)!.FullName : full;
        _folder = Path.GetDirectoryName(_path)!;
        Mounts = mounts ?? KnownMounts.OfUser(_path);
    }

    public KnownMounts Mounts { get; }

    public long? AvailableBytes => Measure(drive => drive.AvailableFreeSpace);

    public long? TotalBytes => Measure(drive => drive.TotalSize);

    public bool HasBackup
    {
        get
        {
            var pattern = $"{Path.GetFileNameWithoutExtension(_path)}-backup*{Path.GetExtension(_path)}";
            return Directory.Exists(_folder) && Directory.EnumerateFiles(_folder, pattern).Any();
        }
    }

    // Without an extension, LiteDB's log has the same name as ours, so the two cannot be told apart.
    public bool HasForeignLog => Path.GetExtension(_path) is { Length: > 0 } extension
        && new FileInfo(Path.Join(_folder, $"{Path.GetFileNameWithoutExtension(_path)}-log{extension}")) is { Exists: true, Length: > 0 };

    public bool Exists(string suffix) => File.Exists(_path + suffix);

    public long LengthOf(string suffix) => new FileInfo(_path + suffix).Length;

    public StoreFile Open(string suffix, bool create)
    {
        SafeFileHandle? handle = null;
        try
        {
            handle = File.OpenHandle(_path + suffix, create ? FileMode.OpenOrCreate : FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            RefuseWithoutLocks(suffix);
            return new PhysicalStoreFile(_path + suffix, handle);
        }
        catch (Exception exception)
        {
            handle?.Dispose();
            throw exception is IOException failure && IsSharingViolation(failure) ? new StoreInUseException(exception) : exception;
        }
    }

    public void CreateFolder()
    {
        // The missing ancestors, from the top down, so that each new entry can be flushed.
        var missing = new Stack<string>();
        for (var path = _folder; path is not null && !Directory.Exists(path); path = Path.GetDirectoryName(path))
        {
            missing.Push(path);
        }

        while (missing.TryPop(out var path))
        {
            Directory.CreateDirectory(path);
            CheckedFlush.Folder(Path.GetDirectoryName(path)!);
        }
    }

    public void Delete(string suffix) => File.Delete(_path + suffix);

    public void Replace(string source, string target) => File.Move(_path + source, _path + target, overwrite: true);

    public void FlushFolder() => CheckedFlush.Folder(_folder);

    // On a file system without locks, .NET opens files as if they were locked, which would allow a second owner.
    private void RefuseWithoutLocks(string suffix)
    {
        if (suffix != FileSuffixes.Owner)
        {
            return;
        }

        try
        {
            File.OpenHandle(_path + suffix, FileMode.Open, FileAccess.ReadWrite, FileShare.None).Dispose();
        }
        catch (IOException exception) when (IsSharingViolation(exception))
        {
            // Correct: the held file cannot be opened again.
            return;
        }

        throw new LocksMissingException();
    }

    // EWOULDBLOCK of flock on Linux and macOS, ERROR_SHARING_VIOLATION and ERROR_LOCK_VIOLATION on Windows.
    private static bool IsSharingViolation(IOException exception) =>
        OperatingSystem.IsWindows() ? (exception.HResult & 0xFFFF) is 32 or 33 : exception.HResult == (OperatingSystem.IsMacOS() ? 35 : 11);

    private long? Measure(Func<DriveInfo, long> measure)
    {
        try
        {
            return measure(new DriveInfo(_folder));
        }
        catch (Exception exception) when (exception is ArgumentException or IOException or UnauthorizedAccessException)
        {
            // Network shares and unusual mounts have no drive: unknown.
            return null;
        }
    }
}
