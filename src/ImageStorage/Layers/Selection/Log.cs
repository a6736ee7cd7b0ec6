using Microsoft.Extensions.Logging;

namespace ImageStorage.Selection;

/// <summary>Log messages of the selection of a provider: event ids 30 to 39. Keys, and exceptions, whose messages name keys, only below information level.</summary>
internal static partial class Log
{
    [LoggerMessage(30, LogLevel.Information, "The store uses {Provider}, number {Position} of {Count} to choose from: it passed its probe")]
    public static partial void ProviderChosen(ILogger logger, string provider, int position, int count);

    [LoggerMessage(31, LogLevel.Warning, "{Provider} is not used: its probe failed with {Failure}")]
    public static partial void ProbeFailed(ILogger logger, string provider, string failure);

    [LoggerMessage(32, LogLevel.Debug, "The probe of {Provider} failed")]
    public static partial void ProbeFailedWith(ILogger logger, string provider, Exception exception);

    [LoggerMessage(33, LogLevel.Information, "{Preferred} passes its probe again and is used from now on: nothing was kept in {Chosen}")]
    public static partial void PreferredProviderUsed(ILogger logger, string preferred, string chosen);

    [LoggerMessage(34, LogLevel.Warning, "{Preferred} passes its probe again, but the store stays with {Chosen}, which may hold images; the next start would choose {Preferred}: bring the images there, or set 'Primary' to the one that is to be used")]
    public static partial void PreferredProviderNotUsed(ILogger logger, string preferred, string chosen);

    [LoggerMessage(35, LogLevel.Debug, "Whether {Chosen} is empty could not be found out")]
    public static partial void EmptinessUnknown(ILogger logger, string chosen, Exception exception);
}
