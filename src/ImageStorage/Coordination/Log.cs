using Microsoft.Extensions.Logging;

namespace ImageStorage.Coordination;

/// <summary>
/// The log messages of leases and of checks at start: event ids 53 and 94. Keys, and exceptions, whose messages contain
/// keys, are logged only below information level.
/// </summary>
internal static partial class Log
{
    [LoggerMessage(53, LogLevel.Warning, "{Part} can be opened by a single process, but {Primary} by several. With a second process, calls of the store fail. Use a provider that all processes can share, or run a single process")]
    public static partial void SingleProcessPart(ILogger logger, string part, string primary);

    [LoggerMessage(94, LogLevel.Debug, "The lease of this process could not be written")]
    public static partial void LeaseNotWritten(ILogger logger, Exception exception);
}
