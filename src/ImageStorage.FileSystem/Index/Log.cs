using Microsoft.Extensions.Logging;

namespace ImageStorage.FileSystem;

/// <content>Messages about the rebuild of the index. Ids: 130 to 139.</content>
internal static partial class Log
{
    [LoggerMessage(130, LogLevel.Warning, "The index of the images by time could not be made again; the next listing by time tries again")]
    public static partial void RebuildFailed(ILogger logger, Exception exception);
}
