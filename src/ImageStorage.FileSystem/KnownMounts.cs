using System.IO.Hashing;
using System.Text;
using ImageStorage.FileSystem.Volumes;
using Microsoft.Extensions.Logging;

namespace ImageStorage.FileSystem;

/// <summary>
/// Remembers, outside of the store, at which mount point a store was seen, so that a process that starts while the volume is not mounted does not take the
/// empty mount point for a new store. One small file for each path of such a store, in the local application data of the user. Best effort: a file that
/// cannot be read or written is as good as none. <see cref="FileSystemStorageOptions.CreateIfMissing"/> set to false does not depend on it.
/// </summary>
/// <param name="folder">Where the files are; null for nowhere.</param>
/// <param name="rootPath">The full path of the store.</param>
/// <param name="logger">Where a failure is reported.</param>
internal sealed class KnownMounts(string? folder, string rootPath, ILogger logger)
{
    private readonly string? _file = folder is null ? null : Path.Combine(folder, $"{Convert.ToHexStringLower(XxHash128.Hash(Encoding.UTF8.GetBytes(rootPath)))}.mount");

    /// <summary>The name of the file, which a message may show: unlike its path, it gives nothing away.</summary>
    public string? FileName => Path.GetFileName(_file);

    /// <summary>The memory of this user; none for stores in the temporary folder, which come and go.</summary>
    public static KnownMounts OfUser(string rootPath, ILogger logger)
    {
        var data = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        var isTemporary = rootPath.StartsWith(Path.GetTempPath(), StringComparison.Ordinal);
        return new KnownMounts(data.Length == 0 || isTemporary ? null : Path.Combine(data, "ImageStorage", "mounts"), rootPath, logger);
    }

    /// <summary>Notes that a store is at the path, when its volume is mounted somewhere.</summary>
    public void Remember(IVolume volume)
    {
        if (_file is null || volume.MountPoint is not { } mountPoint || Read() == mountPoint)
        {
            return;
        }

        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_file)!);
            File.WriteAllText(_file, mountPoint);
        }
        catch (Exception exception) when (FileErrors.IsExpected(exception))
        {
            Log.MountNotRemembered(logger, exception);
        }
    }

    /// <summary>Was a store seen here on a volume that is not mounted now?</summary>
    public bool IsMissing(IVolume volume) => Read() is { Length: > 0 } mountPoint && volume.MountPoint != mountPoint;

    private string? Read()
    {
        try
        {
            return _file is null || !File.Exists(_file) ? null : File.ReadAllText(_file);
        }
        catch (Exception exception) when (FileErrors.IsExpected(exception))
        {
            Log.MountNotRemembered(logger, exception);
            return null;
        }
    }
}
