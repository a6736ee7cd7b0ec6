using Microsoft.Extensions.Logging;

namespace ImageStorage.AspNetCore;

/// <summary>
/// Log messages of the endpoints. Event ids 400 to 499. Keys appear only below the information level, and links and their
/// signatures never.
/// </summary>
internal static partial class Log
{
    [LoggerMessage(400, LogLevel.Warning, "A request for an image failed with {Status} ({Problem}). The store reports the cause in its own messages")]
    public static partial void RequestFailed(ILogger logger, int status, string problem, Exception exception);

    [LoggerMessage(401, LogLevel.Warning, "The connection was closed in the middle of an image, because the rest of the image could not be read")]
    public static partial void ResponseAborted(ILogger logger, Exception exception);

    [LoggerMessage(402, LogLevel.Debug, "A request was refused with {Status} ({Problem}): {Detail}")]
    public static partial void RequestRefused(ILogger logger, int status, string problem, string? detail);
}
