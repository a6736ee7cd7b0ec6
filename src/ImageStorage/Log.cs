using Microsoft.Extensions.Logging;

namespace ImageStorage;

/// <summary>All messages of the core. Ids: 1 to 99 operations of providers. Keys only below information level, and so exceptions, too: their messages name keys.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Debug, "{Provider}: {Operation} of '{Key}' took {Milliseconds:0.000} ms")]
    public static partial void Completed(ILogger logger, string provider, string operation, ImageKey key, double milliseconds);

    [LoggerMessage(2, LogLevel.Warning, "{Provider}: {Operation} failed: {Failure}")]
    public static partial void Failed(ILogger logger, string provider, string operation, string failure);

    [LoggerMessage(3, LogLevel.Error, "{Provider}: {Operation} found damaged data: {Failure}; run a verification of the store")]
    public static partial void Corrupted(ILogger logger, string provider, string operation, string failure);

    [LoggerMessage(4, LogLevel.Debug, "{Provider}: {Operation} of '{Key}' failed")]
    public static partial void FailedWith(ILogger logger, string provider, string operation, ImageKey key, Exception exception);
}
