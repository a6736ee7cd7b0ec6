using Microsoft.Extensions.Logging;

namespace ImageStorage.AzureBlob;

/// <summary>All messages of the Azure Blob provider. Ids: 300 to 399. Keys only below information level.</summary>
internal static partial class Log
{
    [LoggerMessage(300, LogLevel.Warning, "A listing left out a damaged image; run a verification of the store")]
    public static partial void DamagedListed(ILogger logger);

    [LoggerMessage(301, LogLevel.Debug, "A listing left out the damaged image '{Key}'")]
    public static partial void DamagedListedWith(ILogger logger, ImageKey key, Exception exception);

    [LoggerMessage(302, LogLevel.Debug, "The damaged image '{Key}' is replaced or deleted")]
    public static partial void DamagedReplaced(ILogger logger, ImageKey key, Exception exception);

    [LoggerMessage(303, LogLevel.Debug, "What is no longer needed could not be removed; it is harmless, and removed later")]
    public static partial void LeftOver(ILogger logger, Exception exception);

    [LoggerMessage(304, LogLevel.Information, "The container of the store was created")]
    public static partial void ContainerCreated(ILogger logger);
}
