using Microsoft.Extensions.Logging;

namespace ImageStorage.AzureBlob;

/// <summary>
/// Log messages of the Azure Blob provider. Event ids: 300 to 399. Keys appear only below information level.
/// </summary>
internal static partial class Log
{
    [LoggerMessage(300, LogLevel.Warning, "A listing could not read the record of an image, and names the image as unlisted. Run a verification of the store (imagestorage verify)")]
    public static partial void DamagedListed(ILogger logger);

    [LoggerMessage(301, LogLevel.Debug, "A listing could not read the record of image '{Key}'")]
    public static partial void DamagedListedWith(ILogger logger, ImageKey key, Exception exception);

    [LoggerMessage(302, LogLevel.Debug, "The damaged image '{Key}' is replaced or deleted")]
    public static partial void DamagedReplaced(ILogger logger, ImageKey key, Exception exception);

    [LoggerMessage(303, LogLevel.Debug, "An unused blob could not be removed. The blob is harmless, and a later attempt removes it")]
    public static partial void RemovalFailed(ILogger logger, Exception exception);

    [LoggerMessage(304, LogLevel.Information, "The container of the store was created")]
    public static partial void ContainerCreated(ILogger logger);
}
