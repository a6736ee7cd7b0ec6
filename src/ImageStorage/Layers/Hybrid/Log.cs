using Microsoft.Extensions.Logging;

namespace ImageStorage.Hybrid;

/// <summary>Log messages of the hybrid provider: event ids 20 to 29. Keys, and exceptions, whose messages name keys, only below information level.</summary>
internal static partial class Log
{
    [LoggerMessage(20, LogLevel.Debug, "Bytes that no image names any more could not be deleted from the content store; a later sweep deletes them")]
    public static partial void ContentLeft(ILogger logger, Exception exception);

    [LoggerMessage(21, LogLevel.Debug, "The image '{Key}', whose record is damaged, is replaced or deleted")]
    public static partial void DamagedRecordReplaced(ILogger logger, ImageKey key, Exception exception);

    [LoggerMessage(22, LogLevel.Information, "A sweep of the content store deleted {Count} that no image names any more, {Bytes} bytes")]
    public static partial void Swept(ILogger logger, long count, long bytes);

    [LoggerMessage(23, LogLevel.Debug, "A sweep spared bytes whose record is damaged")]
    public static partial void SweepSpared(ILogger logger, Exception exception);

    [LoggerMessage(24, LogLevel.Warning, "A sweep of the content store failed: {Failure}; the next one goes on")]
    public static partial void SweepFailed(ILogger logger, string failure);

    [LoggerMessage(25, LogLevel.Debug, "A sweep of the content store failed")]
    public static partial void SweepFailedWith(ILogger logger, Exception exception);
}
