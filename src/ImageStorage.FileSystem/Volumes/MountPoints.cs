namespace ImageStorage.FileSystem.Volumes;

/// <summary>Finds out where the file system that holds a path is mounted.</summary>
internal static class MountPoints
{
    /// <summary>
    /// The mount point of the file system that holds a path, whether or not the path exists: the longest of the system's mount points that contains it. Null
    /// for the system's own file system, and where the system does not tell.
    /// </summary>
    public static string? Of(string fullPath)
    {
        try
        {
            return Longest(DriveInfo.GetDrives().Select(drive => drive.Name), Resolved(fullPath));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    internal static string? Longest(IEnumerable<string> mountPoints, string path) =>
        mountPoints.Select(Path.TrimEndingDirectorySeparator)
            .Where(mount => mount.Length > 1 && path.StartsWith(mount, StringComparison.Ordinal) && (path.Length == mount.Length || path[mount.Length] == Path.DirectorySeparatorChar))
            .MaxBy(mount => mount.Length);

    // Links on the way are followed as far as the path exists: what is mounted is what they lead to.
    private static string Resolved(string fullPath)
    {
        var missing = string.Empty;
        for (var path = fullPath; path is not null; path = Path.GetDirectoryName(path))
        {
            if (Directory.Exists(path))
            {
                var real = OperatingSystem.IsWindows() ? path : UnixCalls.RealPath(path);
                return Path.TrimEndingDirectorySeparator(Path.Join(real, missing));
            }

            missing = Path.Join(Path.GetFileName(path), missing);
        }

        return fullPath;
    }
}
