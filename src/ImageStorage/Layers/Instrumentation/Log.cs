using Microsoft.Extensions.Logging;

namespace ImageStorage.Instrumentation;

/// <summary>
/// Log messages of the operations of providers: event ids 1 to 19. Keys, and exceptions, whose messages name keys, only
/// below information level.
/// </summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Debug, "{Provider}: {Operation} of '{Key}' took {Milliseconds:0.000} ms, as {Role} of {Store}")]
    public static partial void Completed(ILogger logger, string provider, string operation, ImageKey key, double milliseconds, string role, string store);

    [LoggerMessage(2, LogLevel.Warning, "{Provider}: {Operation} failed, as {Role} of {Store}: {Failure}")]
    public static partial void Failed(ILogger logger, string provider, string operation, string failure, string role, string store);

    [LoggerMessage(3, LogLevel.Error, "{Provider}: {Operation} found damaged data, as {Role} of {Store}: {Failure}; run a verification of the store (imagestorage verify)")]
    public static partial void Corrupted(ILogger logger, string provider, string operation, string failure, string role, string store);

    [LoggerMessage(4, LogLevel.Debug, "{Provider}: {Operation} of '{Key}' failed, as {Role} of {Store}")]
    public static partial void FailedWith(ILogger logger, string provider, string operation, ImageKey key, string role, string store, Exception exception);
}
