using Microsoft.Extensions.Logging;

namespace ImageStorage.Samples.Tests.Snippets;

internal sealed partial class EventLogger(ILogger<EventLogger> logger) : IStorageEventListener
{
    public Task HandleAsync(StorageEvent occurred, CancellationToken cancellationToken = default)
    {
        LogEvent(logger, occurred);
        return Task.CompletedTask;
    }

    [LoggerMessage(LogLevel.Warning, "Event of the image store: {Occurred}")]
    private static partial void LogEvent(ILogger logger, StorageEvent occurred);
}
