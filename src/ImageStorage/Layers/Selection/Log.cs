using Microsoft.Extensions.Logging;

namespace ImageStorage.Selection;

/// <summary>
/// Log messages of the selection of a provider: event ids 30 to 39. Keys, and exceptions, whose messages name keys,
/// only below information level.
/// </summary>
internal static partial class Log
{
    [LoggerMessage(30, LogLevel.Information, "The store uses {Provider}, number {Position} of {Count} to choose from: it passed its probe")]
    public static partial void ProviderChosen(ILogger logger, string provider, int position, int count);

    [LoggerMessage(31, LogLevel.Warning, "{Provider} is not used: its probe failed with {Failure}")]
    public static partial void ProbeFailed(ILogger logger, string provider, string failure);

    [LoggerMessage(32, LogLevel.Debug, "The probe of {Provider} failed")]
    public static partial void ProbeFailedWith(ILogger logger, string provider, Exception exception);
}
