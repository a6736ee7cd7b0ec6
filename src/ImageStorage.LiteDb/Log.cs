using Microsoft.Extensions.Logging;

namespace ImageStorage.LiteDb;

/// <summary>All messages of the LiteDB provider. Ids: 200 to 299. Keys only below information level.</summary>
internal static partial class Log
{
    [LoggerMessage(200, LogLevel.Warning, "A listing left out a damaged image; run a verification of the store")]
    public static partial void DamagedListed(ILogger logger);

    [LoggerMessage(201, LogLevel.Debug, "The damaged image '{Key}' is replaced or deleted")]
    public static partial void DamagedReplaced(ILogger logger, ImageKey key, Exception exception);

    [LoggerMessage(202, LogLevel.Warning, "The pages of the log could not be moved into the database; the log grows until that succeeds")]
    public static partial void CheckpointFailed(ILogger logger, Exception exception);

    [LoggerMessage(203, LogLevel.Error, "A failed write could not be taken back; it is tried again before the database is used again")]
    public static partial void RewindFailed(ILogger logger, Exception exception);

    [LoggerMessage(204, LogLevel.Warning, "Chunks that nobody needs could not be removed; they are removed after the next opening")]
    public static partial void SweepFailed(ILogger logger, Exception exception);

    [LoggerMessage(205, LogLevel.Debug, "Closing the database after a failure failed too")]
    public static partial void CloseFailed(ILogger logger, Exception exception);
}
