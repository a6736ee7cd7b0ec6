namespace ImageStorage.FileSystem.Volumes;

/// <summary>
/// All operations on the file system that the provider needs. Platforms differ here, and tests inject faults here.
/// Paths are relative to the root of the store, with <c>/</c>, in ASCII. Failures are <see cref="IOException"/> and
/// <see cref="UnauthorizedAccessException"/>, as the platform reports them.
/// </summary>
internal interface IVolume : IDisposable
{
    /// <summary>Creates the root and its parents durably.</summary>
    void CreateRoot();

    bool RootExists { get; }

    /// <summary>Gets a value that indicates whether there is a file at the path of the root.</summary>
    bool RootIsFile { get; }

    /// <summary>Returns the identity of a file or folder, or <see langword="null"/> if there is none.</summary>
    FileIdentity? Identify(string path);

    /// <summary>
    /// Opens a file, or returns <see langword="null"/> if there is none. Never follows a link below the root.
    /// </summary>
    VolumeFile? OpenRead(string path);

    /// <summary>
    /// Creates a file that must not exist. A length above zero reserves space, so that a full disk shows before the
    /// first byte.
    /// </summary>
    VolumeFile CreateNew(string path, long reservedLength);

    bool FileExists(string path);

    bool DirectoryExists(string path);

    /// <summary>
    /// Renames a file atomically, and replaces an existing target. Throws <see cref="DirectoryNotFoundException"/> if
    /// the folder of the target is missing.
    /// </summary>
    void MoveOver(string source, string target);

    /// <summary>
    /// Gives a file a second, unused name: a hard link, or a durable copy on a file system without hard links. Throws
    /// <see cref="DirectoryNotFoundException"/> if the folder of the target is missing.
    /// </summary>
    void Link(string source, string target);

    /// <summary>Deletes a file. Returns <see langword="true"/> if it existed.</summary>
    bool DeleteFile(string path);

    /// <summary>
    /// Creates one folder. Returns <see langword="false"/> if it exists. Throws <see
    /// cref="DirectoryNotFoundException"/> if the parent is missing, and never creates the parent. The parent must not
    /// be a link.
    /// </summary>
    bool CreateDirectory(string path);

    /// <summary>
    /// Deletes a folder if it is empty. Returns <see langword="true"/> if there is no such folder afterwards.
    /// </summary>
    bool DeleteDirectoryIfEmpty(string path);

    /// <summary>
    /// Calls the visitor for each entry of a folder, in no order. Returns <see langword="false"/> if there is no such
    /// folder.
    /// </summary>
    bool VisitDirectory(string path, VolumeEntryVisitor visitor);

    /// <summary>Makes the entries of a folder durable, with a checked flush.</summary>
    void FlushDirectory(string path);

    /// <summary>Opens a lock that excludes other holders in all processes, and ends with its process.</summary>
    VolumeLock OpenLock(string path);

    /// <summary>
    /// Gets the number of bytes that can still be written, or <see langword="null"/> if it is unknown.
    /// </summary>
    long? AvailableBytes { get; }

    /// <summary>Gets the size of the medium in bytes, or <see langword="null"/> if it is unknown.</summary>
    long? TotalBytes => null;
}

/// <summary>
/// The identity of a file or folder, which distinguishes it from every other, and from a later one with the same name.
/// </summary>
/// <param name="Device">The file system.</param>
/// <param name="Number">The number in that file system, which may be reused after the file is deleted.</param>
/// <param name="Born">The time of creation, in the finest unit of the file system.</param>
/// <param name="IsCertain">Whether the file system records the time of creation. Otherwise a later file may have the
/// same identity.</param>
internal readonly record struct FileIdentity(ulong Device, ulong Number, long Born, bool IsCertain = true);

/// <summary>Visits one entry of a folder. A link is never reported as a folder.</summary>
internal delegate void VolumeEntryVisitor(ReadOnlySpan<char> name, bool isDirectory);
