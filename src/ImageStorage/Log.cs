using Microsoft.Extensions.Logging;

namespace ImageStorage;

/// <summary>All messages of the core. Ids: 1 to 19 operations of providers, 20 to 29 the hybrid store, 30 to 39 the choice of a provider. Keys only below information level, and so exceptions, too: their messages name keys.</summary>
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

    [LoggerMessage(20, LogLevel.Debug, "Bytes that no image names any more could not be deleted from the content store; a later sweep deletes them")]
    public static partial void ContentLeft(ILogger logger, Exception exception);

    [LoggerMessage(21, LogLevel.Debug, "The image '{Key}', whose record is damaged, is replaced or deleted")]
    public static partial void DamagedRecordReplaced(ILogger logger, ImageKey key, Exception exception);

    [LoggerMessage(22, LogLevel.Information, "A sweep of the content store deleted {Count} that no image names any more, {Bytes} bytes")]
    public static partial void Swept(ILogger logger, long count, long bytes);

    [LoggerMessage(23, LogLevel.Debug, "A sweep spared bytes whose record is damaged")]
    public static partial void SweepSpared(ILogger logger, Exception exception);

    [LoggerMessage(24, LogLevel.Warning, "A sweep of the content store failed: {Failure}; the next one goes on")]
    public static partial void SweepFailed(ILogger logger, string failure);

    [LoggerMessage(25, LogLevel.Debug, "A sweep of the content store failed")]
    public static partial void SweepFailedWith(ILogger logger, Exception exception);

    [LoggerMessage(30, LogLevel.Information, "The store uses {Provider}, number {Position} of {Count} to choose from: it passed its probe")]
    public static partial void ProviderChosen(ILogger logger, string provider, int position, int count);

    [LoggerMessage(31, LogLevel.Warning, "{Provider} is not used: its probe failed with {Failure}")]
    public static partial void ProbeFailed(ILogger logger, string provider, string failure);

    [LoggerMessage(32, LogLevel.Debug, "The probe of {Provider} failed")]
    public static partial void ProbeFailedWith(ILogger logger, string provider, Exception exception);
}
