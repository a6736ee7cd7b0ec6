using Microsoft.Extensions.Logging;

namespace ImageStorage.FileSystem;

/// <summary>All messages of the filesystem provider. Ids: 100 to 199. Keys only below information level.</summary>
internal static partial class Log
{
    [LoggerMessage(100, LogLevel.Warning, "A listing left out a damaged image; run a verification of the store")]
    public static partial void DamagedListed(ILogger logger);

    [LoggerMessage(103, LogLevel.Debug, "A listing left out the damaged image '{Key}'")]
    public static partial void DamagedListedWith(ILogger logger, ImageKey key, Exception exception);

    [LoggerMessage(101, LogLevel.Debug, "The damaged image '{Key}' is replaced or deleted")]
    public static partial void DamagedReplaced(ILogger logger, ImageKey key, Exception exception);

    [LoggerMessage(102, LogLevel.Debug, "An index entry without an image could not be noted; it is harmless and is noted when a listing meets it")]
    public static partial void EntryLeft(ILogger logger, Exception exception);

    [LoggerMessage(104, LogLevel.Warning, "The index of the images by time is made anew from the images, as it is missing or damaged")]
    public static partial void IndexRebuilt(ILogger logger, Exception exception);

    [LoggerMessage(105, LogLevel.Warning, "Merging the index of the images by time failed; it stays whole, and is tried again later")]
    public static partial void MergeFailed(ILogger logger, Exception exception);

    [LoggerMessage(106, LogLevel.Debug, "An empty folder could not be removed; it is harmless, and the next walk of the store tries it again")]
    public static partial void EmptyFolderLeft(ILogger logger, Exception exception);

    [LoggerMessage(107, LogLevel.Debug, "The note of where the volume of the store is mounted could not be read or written; without it only CreateIfMissing = false tells an unmounted volume from a new store")]
    public static partial void MountNotRemembered(ILogger logger, Exception exception);

    [LoggerMessage(108, LogLevel.Warning, "The store was put back into its place as another copy or mount of the same store; its files are opened again")]
    public static partial void StoreReopened(ILogger logger);

    [LoggerMessage(120, LogLevel.Warning, "The lock {Lock} is still held after {Seconds} seconds by another process, or by another call of this process that waits for one; the call gave up. OpenSnapshot for a process of this store that is stopped or hangs")]
    public static partial void LockHeld(ILogger logger, string @lock, double seconds);

    [LoggerMessage(130, LogLevel.Warning, "The index of the images by time could not be made again; the next listing by time tries again")]
    public static partial void RebuildFailed(ILogger logger, Exception exception);
}
