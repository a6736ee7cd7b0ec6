namespace ImageStorage;

/// <summary>
/// Creates temporary folders in memory (tmpfs), for tests that neither cut the power nor compare file systems: on a
/// disk, they mostly wait for flushes. The long forms use the disk, as do machines without enough of such memory. See
/// docs/design/testing.md.
/// </summary>
internal static class TestFolder
{
    private const string Memory = "/dev/shm";

    // Containers often have 64 MB. The largest tests need a few hundred.
    private const long LeastFree = 2L << 30;

    /// <summary>Gets the parent of the folders: the memory, or the temporary folder of the system.</summary>
    public static string Parent { get; } = !TestLength.IsLong && Directory.Exists(Memory) && new DriveInfo(Memory).AvailableFreeSpace >= LeastFree ? Memory : Path.GetTempPath();

    /// <summary>Creates an empty folder, and returns its path.</summary>
    public static string Create() => Directory.CreateDirectory(Path.Combine(Parent, $"imagestorage-{Guid.NewGuid():N}")).FullName;
}
