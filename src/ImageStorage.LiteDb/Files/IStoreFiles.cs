using ImageStorage.Providers;

namespace ImageStorage.LiteDb.Files;

/// <summary>The files of one store, in one folder, identified by their suffixes (<see cref="FileSuffixes"/>).</summary>
internal interface IStoreFiles
{
    /// <summary>Gets the free space of the medium in bytes; null when unknown.</summary>
    long? AvailableBytes { get; }

    /// <summary>Gets the size of the medium in bytes; null when unknown.</summary>
    long? TotalBytes => null;

    /// <summary>Gets a value that indicates whether the folder has a backup that LiteDB's rebuild creates.</summary>
    bool HasBackup { get; }

    /// <summary>
    /// Gets a value that indicates whether another program has left a log of LiteDB's own, which has another name than
    /// ours.
    /// </summary>
    bool HasForeignLog { get; }

    /// <summary>Gets the memory of the volume on which the store was seen.</summary>
    KnownMounts Mounts { get; }

    /// <summary>Returns whether a file exists.</summary>
    bool Exists(string suffix);

    /// <summary>Returns the length of a file in bytes.</summary>
    long LengthOf(string suffix);

    /// <summary>Opens a file exclusively for reading and writing.</summary>
    /// <exception cref="StoreInUseException">Another owner has the file open.</exception>
    StoreFile Open(string suffix, bool create);

    /// <summary>Creates the folder of the store durably.</summary>
    void CreateFolder();

    /// <summary>Deletes a file if it exists.</summary>
    void Delete(string suffix);

    /// <summary>Renames a file over another file.</summary>
    void Replace(string source, string target);

    /// <summary>Makes creations, renames and deletions durable.</summary>
    void FlushFolder();
}
