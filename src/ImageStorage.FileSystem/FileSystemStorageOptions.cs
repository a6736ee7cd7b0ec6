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
    /// Gets or sets whether a write creates a missing store. The default is <see langword="true"/>. Set <see
    /// langword="false"/> for a store on a mounted volume, a network share or a removable disk: while the volume is not
    /// mounted, its mount point is an empty folder, and every call throws <see cref="StorageUnavailableException"/>
    /// instead of using this folder as a new store. A store that the provider has seen once is never created again,
    /// whatever the value.
    /// </summary>
    public bool CreateIfMissing { get; set; } = true;

    /// <summary>
    /// Gets or sets another file system, such as the <c>MockFileSystem</c> of an application's tests. The default is
    /// <see langword="null"/>: the real file system, with checked flushes and locks between processes. Another file
    /// system has neither.
    /// </summary>
    public IFileSystem? FileSystem { get; set; }
}
