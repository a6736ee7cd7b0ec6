using Microsoft.Extensions.Logging;

namespace ImageStorage.Diagnostics;

/// <summary>Log messages of events: event ids 60 to 69. Keys, and exceptions, whose messages name keys, only below information level.</summary>
internal static partial class Log
{
    [LoggerMessage(60, LogLevel.Warning, "A handler of events failed: {Failure}")]
    public static partial void EventHandlerFailed(ILogger logger, string failure);

    [LoggerMessage(61, LogLevel.Debug, "A handler of events failed")]
    public static partial void EventHandlerFailedWith(ILogger logger, Exception exception);

    [LoggerMessage(62, LogLevel.Warning, "A {Event} was dropped: handlers of events are too slow")]
    public static partial void EventDropped(ILogger logger, string @event);
}
