using Microsoft.Extensions.Logging;

namespace ImageStorage.Diagnostics;

/// <summary>
/// Log messages of events: event ids 60 to 69. Keys, and exceptions, whose messages name keys, are logged only below
/// information level.
/// </summary>
internal static partial class Log
{
    [LoggerMessage(60, LogLevel.Warning, "An event handler failed: {Failure}. The other handlers received the event")]
    public static partial void EventHandlerFailed(ILogger logger, string failure);

    [LoggerMessage(61, LogLevel.Debug, "An event handler failed")]
    public static partial void EventHandlerFailedWith(ILogger logger, Exception exception);

    [LoggerMessage(62, LogLevel.Warning, "An event {Event} was dropped, because the event handlers are too slow")]
    public static partial void EventDropped(ILogger logger, string @event);
}
