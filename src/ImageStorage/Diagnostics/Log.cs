using Microsoft.Extensions.Logging;

namespace ImageStorage.Diagnostics;

/// <summary>
/// Log messages of events: event ids 60 to 69. Keys, and exceptions whose messages name keys, are logged only below
/// information level.
/// </summary>
internal static partial class Log
{
    [LoggerMessage(60, LogLevel.Warning, "An event handler failed: {Handler}. The other handlers received the event")]
    public static partial void EventHandlerFailed(ILogger logger, Exception exception, string handler);

    [LoggerMessage(61, LogLevel.Debug, "An event handler failed")]
    public static partial void EventHandlerFailedWith(ILogger logger, Exception exception);

    [LoggerMessage(62, LogLevel.Warning, "The queue of {Capacity} events is full, because the event handlers are too slow: the oldest events are dropped")]
    public static partial void EventQueueFull(ILogger logger, int capacity);

    [LoggerMessage(63, LogLevel.Warning, "{Count} events were dropped, because the event handlers were too slow")]
    public static partial void EventsDropped(ILogger logger, long count);

    [LoggerMessage(64, LogLevel.Warning, "An event handler did not end within {Seconds} seconds after the store was disposed; {Count} queued events were not delivered. End the handler when its cancellation token is cancelled")]
    public static partial void EventHandlerBlocked(ILogger logger, double seconds, int count);

    [LoggerMessage(65, LogLevel.Warning, "An event handler failed: {Handler}, with {Failure}. The other handlers received the event. The log level Debug shows the exception, whose message may name a key")]
    public static partial void EventHandlerMetFailure(ILogger logger, string handler, string failure);
}
