using System.IO.Abstractions;

namespace ImageStorage.FileSystem;

/// <summary>How images are kept in a folder.</summary>
public sealed class FileSystemStorageOptions
{
    /// <summary>The folder that holds the store; created by the first write. A relative path counts from the current folder of the process.</summary>
    public string Path { get; set; } = string.Empty;

    /// <summary>What an acknowledged write survives; a power cut unless said otherwise.</summary>
    public Durability Durability { get; set; } = Durability.Full;

    /// <summary>
    /// Gets or sets whether a store is created where there is none; the default is true. Set it to false for a store on a volume that is mounted, on a network share or on a
    /// removable disk: while the volume is not mounted, its mount point is an empty folder, and every call then throws <see cref="ImageStorage.StorageUnavailableException"/>
    /// instead of taking that folder for a new store. A store that an open provider has seen once is never created again, whatever this says.
    /// </summary>
    public bool CreateIfMissing { get; set; } = true;

    /// <summary>
    /// Another file system to work on, such as the MockFileSystem of an application's tests. Null, the default, is the
    /// real one, with checked flushes and locks between processes, which an abstract one does not have.
    /// </summary>
    public IFileSystem? FileSystem { get; set; }
}
