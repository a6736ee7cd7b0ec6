namespace ImageStorage.FileSystem.Volumes;

/// <summary>
/// All that the provider asks of a file system, and nothing else: the place where faults are injected and where the
/// platforms differ. Paths are relative to the root of the store, with <c>/</c>, in ASCII. Failures are
/// <see cref="IOException"/> and <see cref="UnauthorizedAccessException"/>, as the platform reports them.
/// </summary>
internal interface IVolume : IDisposable
{
    /// <summary>Creates the root and its parents, durably.</summary>
    void CreateRoot();

    bool RootExists { get; }

    /// <summary>Is there a file where the root should be?</summary>
    bool RootIsFile { get; }

    /// <summary>Gets what tells a file or folder from others of its name, or null when there is none.</summary>
    FileIdentity? Identify(string path);

    /// <summary>Opens a file, or answers null when there is none. Never follows a link below the root.</summary>
    VolumeFile? OpenRead(string path);

    /// <summary>Creates a file that must not exist yet. A length above zero reserves the space, so that a full disk shows before the first byte.</summary>
    VolumeFile CreateNew(string path, long reservedLength);

    bool FileExists(string path);

    bool DirectoryExists(string path);

    /// <summary>Moves a file over another one or to a free name, atomically. Throws <see cref="DirectoryNotFoundException"/> where the folder of the target is missing.</summary>
    void MoveOver(string source, string target);

    /// <summary>
    /// Gives a file a second name, which must be free: a hard link, or, on a file system without them, a durable copy. Throws
    /// <see cref="DirectoryNotFoundException"/> where the folder of the target is missing.
    /// </summary>
    void Link(string source, string target);

    /// <summary>Deletes a file; answers whether there was one.</summary>
    bool DeleteFile(string path);

    /// <summary>
    /// Creates one folder; answers false when it is there already. Its parent must exist and be no link: throws
    /// <see cref="DirectoryNotFoundException"/> where the parent is missing, and never creates it.
    /// </summary>
    bool CreateDirectory(string path);

    /// <summary>Deletes a folder if it is empty; answers whether it is gone.</summary>
    bool DeleteDirectoryIfEmpty(string path);

    /// <summary>Calls the visitor for each entry of a folder, in no order; answers false when there is no such folder.</summary>
    bool VisitDirectory(string path, VolumeEntryVisitor visitor);

    /// <summary>Makes the entries of a folder durable, checked.</summary>
    void FlushDirectory(string path);

    /// <summary>Opens a lock that excludes other holders in this and every other process, and ends with its holder.</summary>
    VolumeLock OpenLock(string path);

    /// <summary>The bytes that can still be written, or null when nobody can tell.</summary>
    long? AvailableBytes { get; }
}
