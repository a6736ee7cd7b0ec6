using Microsoft.Extensions.Logging;

namespace ImageStorage.LiteDb;

/// <summary>
/// Log messages of the LiteDB provider. Event ids: 200 to 299. Keys appear only below information level.
/// </summary>
internal static partial class Log
{
    [LoggerMessage(200, LogLevel.Warning, "A listing could not read the record of an image, and names the image as unlisted. Run a verification of the store (imagestorage verify)")]
    public static partial void DamagedListed(ILogger logger);

    [LoggerMessage(201, LogLevel.Debug, "The damaged image '{Key}' is replaced or deleted")]
    public static partial void DamagedReplaced(ILogger logger, ImageKey key, Exception exception);

    [LoggerMessage(202, LogLevel.Warning, "The checkpoint of the LiteDB database failed. The log grows until a checkpoint succeeds")]
    public static partial void CheckpointFailed(ILogger logger, Exception exception);

    [LoggerMessage(203, LogLevel.Error, "A failed write could not be taken back. The attempt is repeated before the database is used again")]
    public static partial void RewindFailed(ILogger logger, Exception exception);

    [LoggerMessage(204, LogLevel.Warning, "Unused chunks could not be removed. They are removed after the next opening of the database")]
    public static partial void SweepFailed(ILogger logger, Exception exception);

    [LoggerMessage(205, LogLevel.Debug, "Closing the database after a failure failed too")]
    public static partial void CloseFailed(ILogger logger, Exception exception);
}
