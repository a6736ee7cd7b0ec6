using ImageStorage.Providers;

namespace ImageStorage.LiteDb.Files;

/// <summary>The files of one store, which lie beside each other and are named by what stands behind the database's name.</summary>
internal interface IStoreFiles
{
    /// <summary>How much room the medium has left; null where nobody can tell.</summary>
    long? AvailableBytes { get; }

    /// <summary>Does LiteDB's own rebuild seem to have left a backup beside the database?</summary>
    bool HasBackup { get; }

    /// <summary>Has another program that used LiteDB directly left its log beside the database? Ours has another name.</summary>
    bool HasForeignLog { get; }

    /// <summary>Gets the memory of the volume on which the store was seen.</summary>
    KnownMounts Mounts { get; }

    bool Exists(string suffix);

    /// <summary>The length of a file, open or not.</summary>
    long LengthOf(string suffix);

    /// <summary>Opens a file for reading and writing, which nobody else can open meanwhile.</summary>
    /// <exception cref="StoreInUseException">Somebody else has it open.</exception>
    StoreFile Open(string suffix, bool create);

    /// <summary>Creates the folder of the store, and makes that durable.</summary>
    void CreateFolder();

    /// <summary>Deletes a file if it is there.</summary>
    void Delete(string suffix);

    /// <summary>Renames a file over another one.</summary>
    void Replace(string source, string target);

    /// <summary>Makes creations, renames and deletions durable.</summary>
    void FlushFolder();
}
