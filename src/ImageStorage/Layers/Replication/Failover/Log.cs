using Microsoft.Extensions.Logging;

namespace ImageStorage.Failover;

/// <summary>
/// Log messages of the failover: event ids 40 to 59, shared with the folders Replication, Coordination and Store. Keys,
/// and exceptions, whose messages name keys, only below information level.
/// </summary>
internal static partial class Log
{
    [LoggerMessage(42, LogLevel.Warning, "A fallback has hints of {Count} images; at {Limit}, writes of further images go to the next fallback or are unavailable")]
    public static partial void BacklogReached(ILogger logger, int count, int limit);

    [LoggerMessage(44, LogLevel.Warning, "The primary has a clearly newer version of an image than the fallback; the version of the fallback is retained there as {Document}")]
    public static partial void PrimaryNewer(ILogger logger, string document);

    [LoggerMessage(45, LogLevel.Debug, "The hint of image '{Key}' is replayed: {Outcome}")]
    public static partial void HintReplayed(ILogger logger, ImageKey key, ReplayOutcome outcome);

    [LoggerMessage(46, LogLevel.Debug, "A payload without a hint could not be deleted from the fallback; a later sweep deletes it")]
    public static partial void PayloadLeft(ILogger logger, Exception exception);

    [LoggerMessage(50, LogLevel.Error, "The store is not used: {Reason}")]
    public static partial void ChainRefused(ILogger logger, string reason);

    [LoggerMessage(51, LogLevel.Information, "The chain {Chain} is recorded: the primary {Primary} with {Fallbacks}")]
    public static partial void ChainRecorded(ILogger logger, string chain, string primary, string fallbacks);

    [LoggerMessage(52, LogLevel.Debug, "The write of '{Key}' is acknowledged on the fallback {Fallback}, with a hint for the primary {Primary}")]
    public static partial void HandedOff(ILogger logger, ImageKey key, string fallback, string primary);

    [LoggerMessage(56, LogLevel.Warning, "A listing could not read the record of an image on a fallback, and names the image as unlisted: the record is damaged, or was written by a newer version of the library")]
    public static partial void UnlistedOnFallback(ILogger logger);
}
