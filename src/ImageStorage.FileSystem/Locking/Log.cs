using Microsoft.Extensions.Logging;

namespace ImageStorage.FileSystem;

/// <content>Messages about locks. Ids: 120 to 129.</content>
internal static partial class Log
{
    [LoggerMessage(120, LogLevel.Warning, "The lock {Lock} is still held after {Seconds} seconds by another process, or by another call of this process that waits for one; the call gave up. Look for a process of this store that is stopped or hangs")]
    public static partial void LockHeld(ILogger logger, string @lock, double seconds);
}
