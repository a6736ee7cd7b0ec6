using Microsoft.Extensions.Logging;

namespace ImageStorage.Replication;

/// <summary>
/// Log messages that failover and mirror share: of the event ids 40 to 59. Keys, and exceptions, whose messages name
/// keys, only below information level.
/// </summary>
internal static partial class ReplicationLog
{
    [LoggerMessage(40, LogLevel.Warning, "{Primary} is unavailable ({Failure}); the store continues with {Fallback}")]
    public static partial void FailoverStarted(ILogger logger, string primary, string fallback, string failure);

    [LoggerMessage(41, LogLevel.Information, "{Primary} is used again; no hint is left on {Fallback}")]
    public static partial void FailoverEnded(ILogger logger, string primary, string fallback);

    [LoggerMessage(43, LogLevel.Error, "The hint {Document} cannot be read: {Reason}. It remains; its image is unavailable until the image is saved or deleted again")]
    public static partial void HintUnreadable(ILogger logger, string document, string reason);

    [LoggerMessage(48, LogLevel.Warning, "A reconciliation ended early: {Failure}; the next one continues")]
    private static partial void ReconcileFailed(ILogger logger, string failure);

    [LoggerMessage(49, LogLevel.Debug, "A reconciliation ended early")]
    private static partial void ReconcileFailedWith(ILogger logger, Exception exception);

    public static void ReconcileFailed(ILogger logger, Exception exception)
    {
        ReconcileFailed(logger, exception.GetType().Name);
        ReconcileFailedWith(logger, exception);
    }

    [LoggerMessage(47, LogLevel.Information, "A reconciliation replayed {Replayed} hints; {Remaining} are left")]
    public static partial void Reconciled(ILogger logger, int replayed, int remaining);
}
