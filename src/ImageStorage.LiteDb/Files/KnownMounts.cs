using System.IO.Hashing;
using System.Text;

namespace ImageStorage.LiteDb.Files;

/// <summary>
/// Remembers, outside of the store, on which mounted volume a database was seen, so that a process that starts while the volume is not mounted does not
/// take the empty mount point for a new store. One small file for each such database, in the local application data of the user, beside those of the folder
/// provider. Best effort: a file that cannot be read or written is as good as none. <see cref="LiteDbStorageOptions.CreateIfMissing"/> set to false does not depend on it.
/// </summary>
/// <param name="folder">Where the files are; null for nowhere.</param>
/// <param name="path">The full path of the database.</param>
/// <param name="mountPoints">Lists where file systems are mounted.</param>
internal sealed class KnownMounts(string? folder, string path, Func<IEnumerable<string>> mountPoints)
{
    private readonly string? _file = folder is null ? null : Path.Combine(folder, $"{Convert.ToHexStringLower(XxHash128.Hash(Encoding.UTF8.GetBytes(path)))}.mount");

    /// <summary>Gets the name of the file, which a message may show: unlike its path, it gives nothing away.</summary>
    public string? FileName => Path.GetFileName(_file);

    /// <summary>Returns the memory of this user; none for databases in the temporary folder, which come and go.</summary>
    public static KnownMounts OfUser(string path)
    {
        var data = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        var isTemporary = path.StartsWith(Path.GetTempPath(), StringComparison.Ordinal);
        return new KnownMounts(data.Length == 0 || isTemporary ? null : Path.Combine(data, "ImageStorage", "mounts"), path, static () => DriveInfo.GetDrives().Select(drive => drive.Name));
    }

    /// <summary>Notes that the database is at its path, when it is on a mounted volume.</summary>
    public void Remember()
    {
        try
        {
            if (_file is not null && MountPoint() is { } mountPoint && Read() != mountPoint)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(_file)!);
                File.WriteAllText(_file, mountPoint);
            }
        }
        catch (Exception exception) when (LiteDbErrors.IsExpected(exception))
        {
            // The memory is only a help.
        }
    }

    /// <summary>Returns whether the database was seen here on a volume that is not mounted now.</summary>
    public bool IsMissing()
    {
        try
        {
            return Read() is { Length: > 0 } known && MountPoint() != known;
        }
        catch (Exception exception) when (LiteDbErrors.IsExpected(exception))
        {
            return false;
        }
    }

    private string? Read() => _file is not null && File.Exists(_file) ? File.ReadAllText(_file) : null;

    /// <summary>The longest mount point that contains the database; null for the system's own file system.</summary>
    private string? MountPoint() => mountPoints().Select(Path.TrimEndingDirectorySeparator)
        .Where(mount => mount.Length > 1 && path.Length > mount.Length && path[mount.Length] == Path.DirectorySeparatorChar && path.StartsWith(mount, StringComparison.Ordinal))
        .MaxBy(mount => mount.Length);
}
