using Microsoft.Extensions.Logging;

namespace ImageStorage.Store.Composition;

/// <summary>
/// Log messages of the start of a store: of the event ids 40 to 59. Keys, and exceptions, whose messages name keys,
/// only below information level.
/// </summary>
internal static partial class Log
{
    [LoggerMessage(54, LogLevel.Warning, "The providers of {Store} cannot be verified at start, and are verified before their first use: {Failure}")]
    public static partial void StartNotVerified(ILogger logger, string store, string failure);

    [LoggerMessage(55, LogLevel.Warning, "{Warning}")]
    public static partial void LocationShared(ILogger logger, string warning);
}
