using Microsoft.Extensions.Logging;

namespace ImageStorage.Hybrid;

/// <summary>
/// The log messages of the hybrid provider: event ids 20 to 29. Keys, and exceptions, whose messages contain keys, are
/// logged only below information level.
/// </summary>
internal static partial class Log
{
    [LoggerMessage(20, LogLevel.Debug, "Content without a record could not be deleted from the content store. A later sweep deletes the content")]
    public static partial void OrphanNotDeleted(ILogger logger, Exception exception);

    [LoggerMessage(21, LogLevel.Debug, "The image '{Key}', whose record is damaged, is replaced or deleted")]
    public static partial void DamagedRecordReplaced(ILogger logger, ImageKey key, Exception exception);

    [LoggerMessage(22, LogLevel.Information, "A sweep of the content store deleted {Count} orphans with {Bytes} bytes")]
    public static partial void Swept(ILogger logger, long count, long bytes);

    [LoggerMessage(23, LogLevel.Debug, "A sweep kept content whose record is damaged")]
    public static partial void SweepSpared(ILogger logger, Exception exception);

    [LoggerMessage(24, LogLevel.Warning, "A sweep of the content store failed: {Failure}. The next sweep continues")]
    private static partial void SweepFailed(ILogger logger, string failure);

    [LoggerMessage(25, LogLevel.Debug, "A sweep of the content store failed")]
    private static partial void SweepFailedWith(ILogger logger, Exception exception);

    public static void SweepFailed(ILogger logger, Exception exception)
    {
        SweepFailed(logger, exception.GetType().Name);
        SweepFailedWith(logger, exception);
    }
}
