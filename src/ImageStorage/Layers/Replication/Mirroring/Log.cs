using Microsoft.Extensions.Logging;

namespace ImageStorage.Mirroring;

/// <summary>
/// The log messages of the mirror: event ids 70 to 87. Keys, and exceptions, whose messages contain keys, are logged
/// only below information level.
/// </summary>
internal static partial class Log
{
    [LoggerMessage(70, LogLevel.Debug, "The write of {Item} was acknowledged without {Replica}, which has missed the write: {Reason}")]
    public static partial void ReplicaMissed(ILogger logger, MirrorItem item, string replica, string reason);

    [LoggerMessage(71, LogLevel.Debug, "{Item} with a hint is in sync on both replicas: {Outcome}")]
    public static partial void ItemSynchronized(ILogger logger, MirrorItem item, MirrorOutcome outcome);

    [LoggerMessage(72, LogLevel.Warning, "Both replicas of the mirror had an independent version of an image or document. The version of {Winner} wins, and the other version is retained under mirror-conflicts/")]
    public static partial void MirrorConflict(ILogger logger, string winner);

    [LoggerMessage(82, LogLevel.Debug, "{Replica} has missed that the version {Id} was retained or dropped: {Reason}")]
    public static partial void VersionMissed(ILogger logger, string id, string replica, string reason);

    [LoggerMessage(119, LogLevel.Warning, "The retained version {Id} could not be copied to {Replica}: {Reason} The next reconciliation tries again")]
    public static partial void VersionNotCopied(ILogger logger, string id, string replica, string reason);

    [LoggerMessage(73, LogLevel.Warning, "{Replica} is used alone because MirrorOptions.TrustSingleReplica is set. {Other} does not answer and may have newer images")]
    public static partial void SingleReplicaTrusted(ILogger logger, string replica, string other);

    [LoggerMessage(74, LogLevel.Debug, "The hint of a write without effect could not be removed. The next reconciliation removes the hint")]
    public static partial void HintNotRemoved(ILogger logger, Exception exception);

    [LoggerMessage(75, LogLevel.Warning, "A damaged image on {Replica} was replaced by the sound image of the other replica")]
    public static partial void CorruptionRepaired(ILogger logger, string replica);

    [LoggerMessage(76, LogLevel.Warning, "A damaged image on {Replica} could not be repaired: {Failure}. The next read of the image tries again")]
    public static partial void RepairFailed(ILogger logger, string replica, string failure);

    [LoggerMessage(77, LogLevel.Debug, "A repair failed")]
    public static partial void RepairFailedWith(ILogger logger, Exception exception);

    [LoggerMessage(78, LogLevel.Debug, "An image that failed on one replica could not be read from {Other} either")]
    public static partial void OtherReplicaFailed(ILogger logger, string other, Exception exception);

    [LoggerMessage(79, LogLevel.Information, "A resync compared {Compared} images and documents of both replicas and synchronized {Synchronized}. {Failed} failed")]
    public static partial void Resynced(ILogger logger, long compared, long synchronized, long failed);

    [LoggerMessage(80, LogLevel.Warning, "A resync could not synchronize an image or document: {Failure}. The resync continues with the others")]
    public static partial void ResyncFailed(ILogger logger, string failure);

    [LoggerMessage(81, LogLevel.Debug, "A resync could not synchronize an image or document")]
    public static partial void ResyncFailedWith(ILogger logger, Exception exception);
}
