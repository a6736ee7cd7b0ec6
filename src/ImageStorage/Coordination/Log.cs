using Microsoft.Extensions.Logging;

namespace ImageStorage.Coordination;

/// <summary>Log messages of checks at start: of the event ids 40 to 59. Keys, and exceptions, whose messages name keys, only below information level.</summary>
internal static partial class Log
{
    [LoggerMessage(53, LogLevel.Warning, "{Part} can be opened by one process only, but {Primary} by several: with a second process calls of the store fail. Use a provider that every process shares, or run one process")]
    public static partial void SingleProcessPart(ILogger logger, string part, string primary);

    [LoggerMessage(94, LogLevel.Debug, "The lease of this process for its transactions could not be written")]
    public static partial void TransactionLeaseFailed(ILogger logger, Exception exception);
}
