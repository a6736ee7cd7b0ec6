using Microsoft.Extensions.Logging;

namespace ImageStorage.FileSystem;

/// <summary>
/// Log messages of the file system provider. Event ids 100 to 199. Keys appear only below the information level.
/// </summary>
internal static partial class Log
{
    [LoggerMessage(100, LogLevel.Warning, "A listing could not read the record of an image, and names the image as unlisted. Run a verification of the store (imagestorage verify)")]
    public static partial void DamagedListed(ILogger logger);

    [LoggerMessage(103, LogLevel.Debug, "A listing could not read the record of image '{Key}'")]
    public static partial void DamagedListedWith(ILogger logger, ImageKey key, Exception exception);

    [LoggerMessage(101, LogLevel.Debug, "The damaged image '{Key}' is replaced or deleted")]
    public static partial void DamagedReplaced(ILogger logger, ImageKey key, Exception exception);

    [LoggerMessage(102, LogLevel.Debug, "A stale index entry could not be marked. The entry is harmless, and a later listing marks it")]
    public static partial void EntryLeft(ILogger logger, Exception exception);

    [LoggerMessage(104, LogLevel.Warning, "The created index is missing or damaged and is rebuilt from the images")]
    public static partial void IndexRebuilt(ILogger logger, Exception exception);

    [LoggerMessage(105, LogLevel.Warning, "A merge of the created index failed. The index is complete, and the merge is repeated later")]
    public static partial void MergeFailed(ILogger logger, Exception exception);

    [LoggerMessage(106, LogLevel.Debug, "An empty folder could not be removed. It is harmless, and the next walk of the store tries again")]
    public static partial void EmptyFolderLeft(ILogger logger, Exception exception);

    [LoggerMessage(107, LogLevel.Debug, "The record of the mount point of the store could not be read or written. Set CreateIfMissing to false if the volume of the store may not be mounted")]
    public static partial void MountNotRemembered(ILogger logger, Exception exception);

    [LoggerMessage(108, LogLevel.Warning, "The store returned as another copy or mount. Its files are opened again")]
    public static partial void StoreReopened(ILogger logger);

    [LoggerMessage(120, LogLevel.Warning, "The lock {Lock} is still held after {Seconds} seconds by another process, or by a call of this process that waits for another process. The call timed out. Check for a process of this store that is suspended or hangs")]
    public static partial void LockHeld(ILogger logger, string @lock, double seconds);

    [LoggerMessage(130, LogLevel.Warning, "The created index could not be rebuilt. The next listing by time tries again")]
    public static partial void RebuildFailed(ILogger logger, Exception exception);
}
