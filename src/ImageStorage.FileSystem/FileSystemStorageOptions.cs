using System.IO.Abstractions;

namespace ImageStorage.FileSystem;

/// <summary>Options of the file system provider.</summary>
public sealed class FileSystemStorageOptions
{
    /// <summary>
    /// Gets or sets the folder of the store. Required. The first write creates the folder. A relative path starts at
    /// the current folder of the process.
    /// </summary>
    public string Path { get; set; } = string.Empty;

    /// <summary>
    /// Gets or sets whether an acknowledged write survives a power cut or only the end of the process. The default is
    /// <see cref="Durability.Full"/>.
    /// </summary>
    public Durability Durability { get; set; } = Durability.Full;

    /// <summary>
    /// Gets or sets whether a store is created where there is none; the default is true. Set it to false for a store on a volume that is mounted, on a network share or on a
    /// removable disk: while the volume is not mounted, its mount point is an empty folder, and every call then throws <see cref="ImageStorage.StorageUnavailableException"/>
    /// instead of taking that folder for a new store. A store that an open provider has seen once is never created again, whatever this says.
    /// </summary>
    public bool CreateIfMissing { get; set; } = true;

    /// <summary>
    /// Gets or sets another file system, such as the <c>MockFileSystem</c> of an application's tests. The default is
    /// <see langword="null"/>: the real file system, with checked flushes and locks between processes. Another file
    /// system has neither.
    /// </summary>
    public IFileSystem? FileSystem { get; set; }
}
