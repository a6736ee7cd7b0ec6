using System.IO.Abstractions;

namespace ImageStorage.FileSystem;

/// <summary>How images are kept in a folder.</summary>
public sealed class FileSystemStorageOptions
{
    /// <summary>The folder that holds the store; created by the first write. A relative path counts from the current folder of the process.</summary>
    public string Path { get; set; } = string.Empty;

    /// <summary>What an acknowledged write survives; a power cut unless said otherwise.</summary>
    public Durability Durability { get; set; } = Durability.Full;

    /// <summary>Create the folder when it is missing? True unless said otherwise; tools that only look set it to false and get a clear failure.</summary>
    public bool CreateIfMissing { get; set; } = true;

    /// <summary>
    /// Another file system to work on, such as the MockFileSystem of an application's tests. Null, the default, is the
    /// real one, with checked flushes and locks between processes, which an abstract one does not have.
    /// </summary>
    public IFileSystem? FileSystem { get; set; }
}
