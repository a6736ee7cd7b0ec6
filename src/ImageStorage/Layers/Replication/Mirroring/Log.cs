using Microsoft.Extensions.Logging;

namespace ImageStorage.Mirroring;

/// <summary>Log messages of the mirror: event ids 70 to 89. Keys, and exceptions, whose messages name keys, only below information level.</summary>
internal static partial class Log
{
    [LoggerMessage(70, LogLevel.Debug, "The write of '{Key}' was acknowledged, and {Replica} has missed it: {Reason}")]
    public static partial void ReplicaMissed(ILogger logger, ImageKey key, string replica, string reason);

    [LoggerMessage(71, LogLevel.Debug, "The image '{Key}' that was noted is equal on both sides: {Outcome}")]
    public static partial void ReplicaSettled(ILogger logger, ImageKey key, MirrorOutcome outcome);

    [LoggerMessage(72, LogLevel.Warning, "Both sides of the mirror had a version of an image that the other one did not know; that of {Winner} counts, and the other one is kept under mirror-conflicts/")]
    public static partial void MirrorConflict(ILogger logger, string winner);

    [LoggerMessage(73, LogLevel.Warning, "{Side} is used alone because MirrorOptions.TrustLoneSide says so; whether {Other}, which does not answer, has newer images is not known")]
    public static partial void LoneSideTrusted(ILogger logger, string side, string other);

    [LoggerMessage(74, LogLevel.Debug, "A note of a write that had no effect could not be taken away; the next reconciliation does that")]
    public static partial void MirrorNoteLeft(ILogger logger, Exception exception);

    [LoggerMessage(75, LogLevel.Warning, "An image that was damaged on {Replica} was replaced by the sound one of the other side")]
    public static partial void CorruptionRepaired(ILogger logger, string replica);

    [LoggerMessage(76, LogLevel.Warning, "An image that is damaged on {Replica} could not be repaired: {Failure}; the next read of it tries again")]
    public static partial void RepairFailed(ILogger logger, string replica, string failure);

    [LoggerMessage(77, LogLevel.Debug, "A repair failed")]
    public static partial void RepairFailedWith(ILogger logger, Exception exception);

    [LoggerMessage(78, LogLevel.Debug, "An image that failed on one side could not be read from {Other} either")]
    public static partial void RescueFailed(ILogger logger, string other, Exception exception);

    [LoggerMessage(79, LogLevel.Information, "A resync compared {Compared} images of both sides and settled {Settled}; {Failed} failed")]
    public static partial void Resynced(ILogger logger, long compared, long settled, long failed);

    [LoggerMessage(80, LogLevel.Warning, "A resync could not settle an image: {Failure}; it goes on with the others")]
    public static partial void ResyncFailed(ILogger logger, string failure);

    [LoggerMessage(81, LogLevel.Debug, "A resync could not settle an image")]
    public static partial void ResyncFailedWith(ILogger logger, Exception exception);
}
