using System.IO.Hashing;
using System.Text;

namespace ImageStorage.Providers;

/// <summary>
/// Remembers, outside of a store, on which mounted volume the store was seen. A process that starts while the volume is
/// not mounted then does not take the empty mount point for a new store. For authors of providers that keep a store in
/// files. Thread-safe.
/// </summary>
/// <remarks>
/// There is one small file for each path of such a store. An unreadable file is ignored: an option such as
/// <c>CreateIfMissing = false</c> does not depend on the files.
/// </remarks>
/// <param name="folder">The folder of the files; null for no memory.</param>
/// <param name="path">The full path of the store.</param>
/// <param name="mountPoint">Returns the mount point of the volume that holds the path, or null for the system's own
/// file system.</param>
/// <param name="onFailure">Receives the failure when the file cannot be read or written; null to ignore it.</param>
public sealed class KnownMounts(string? folder, string path, Func<string?> mountPoint, Action<Exception>? onFailure = null)
{
    private readonly string? _file = folder is null ? null : Path.Combine(folder, $"{Convert.ToHexStringLower(XxHash128.Hash(Encoding.UTF8.GetBytes(path)))}.mount");

    /// <summary>
    /// Gets the name of the file, which a message may show: unlike its path, the name reveals nothing. Null without a
    /// memory.
    /// </summary>
    public string? FileName => Path.GetFileName(_file);

    /// <summary>
    /// Returns the memory of this user, in <c>ImageStorage/mounts</c> of the local application data. Stores in the
    /// temporary folder are not remembered.
    /// </summary>
    /// <param name="path">The full path of the store.</param>
    /// <param name="onFailure">Receives the failure when the file cannot be read or written; null to ignore it.</param>
    public static KnownMounts OfUser(string path, Action<Exception>? onFailure = null)
    {
        var data = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        var isTemporary = path.StartsWith(Path.GetTempPath(), StringComparison.Ordinal);
        return new KnownMounts(data.Length == 0 || isTemporary ? null : Path.Combine(data, "ImageStorage", "mounts"), path, () => MountPointOf(path), onFailure);
    }

    /// <summary>
    /// Returns the mount point of the file system that holds a path, whether or not the path exists: the longest of the
    /// system's mount points that contains the path.
    /// </summary>
    /// <param name="fullPath">The path. Links are followed as far as the path exists.</param>
    /// <returns>The mount point; null for the system's own file system, and where the system does not tell.</returns>
    public static string? MountPointOf(string fullPath)
    {
        ArgumentNullException.ThrowIfNull(fullPath);
        try
        {
            return Longest(DriveInfo.GetDrives().Select(drive => drive.Name), Resolved(fullPath));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Records that the store is at its path, if the path is on a mounted volume.</summary>
    public void Remember()
    {
        try
        {
            if (_file is not null && mountPoint() is { } current && Read() != current)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(_file)!);
                File.WriteAllText(_file, current);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            onFailure?.Invoke(exception);
        }
    }

    /// <summary>Returns whether the store was seen on a volume that is not mounted now.</summary>
    public bool IsMissing()
    {
        try
        {
            return Read() is { Length: > 0 } known && mountPoint() != known;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            onFailure?.Invoke(exception);
            return false;
        }
    }

    internal static string? Longest(IEnumerable<string> mountPoints, string path) =>
        mountPoints.Select(Path.TrimEndingDirectorySeparator)
            .Where(mount => mount.Length > 1 && path.StartsWith(mount, StringComparison.Ordinal) && (path.Length == mount.Length || path[mount.Length] == Path.DirectorySeparatorChar))
            .MaxBy(mount => mount.Length);

    // What is mounted is what a link on the way leads to. Each part of the path that is a link is replaced by its
    // target, from the root on.
    private static string Resolved(string fullPath)
    {
        var root = Path.GetPathRoot(fullPath) ?? string.Empty;
        return fullPath[root.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries)
            .Aggregate(root, (path, segment) => Target(Path.Combine(path, segment)));

        static string Target(string path) => Directory.Exists(path) && Directory.ResolveLinkTarget(path, returnFinalTarget: true) is { } target ? target.FullName : path;
    }

    private string? Read() => _file is not null && File.Exists(_file) ? File.ReadAllText(_file) : null;
}
