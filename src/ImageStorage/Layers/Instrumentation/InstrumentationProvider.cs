using System.Diagnostics;
using ImageStorage.Providers;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Instrumentation;

/// <summary>
/// The innermost layer: logs each call of one provider with its outcome and duration, the calls of its abilities
/// included, and reports damage. Keys, and exceptions, whose messages have keys, are logged at debug level only. Of
/// documents and probes only damage is logged: features poll documents, and report other failures themselves.
/// </summary>
/// <param name="inner">The provider.</param>
/// <param name="logger">The log of calls.</param>
/// <param name="store">The name of the store in messages.</param>
/// <param name="role">The role of the provider in the store.</param>
/// <param name="corruption">Reports damage; null for a reporter that only logs.</param>
internal sealed class InstrumentationProvider(
    IImageProvider inner, ILogger logger, string store = "a store", ProviderRole role = ProviderRole.Primary, CorruptionReporter? corruption = null) : InterceptingImageProvider(inner)
{
    private readonly CorruptionReporter _corruption = corruption ?? new(logger, inner, role, store);
    private readonly string _role = role.ToString();

    /// <summary>
    /// Saves an image. The logged duration is the time of the provider, without the reads of the source: a slow upload
    /// does not look like a slow provider.
    /// </summary>
    public override Task<ImageInfo> PutAsync(PutRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (!logger.IsEnabled(LogLevel.Debug))
        {
            return base.PutAsync(request, cancellationToken);
        }

        var source = new TimedContent(request.Content);
        return TimeAsync(new(ProviderOperation.Put, request.Key), (Inner, request with { Content = source }), static (call, token) => call.Inner.PutAsync(call.Item2, token), source, cancellationToken);
    }

    private protected override Task<IPreparedImage> PrepareAsync(IAtomicProvider atomic, PutRequest request, CancellationToken cancellationToken)
    {
        if (!logger.IsEnabled(LogLevel.Debug))
        {
            return base.PrepareAsync(atomic, request, cancellationToken);
        }

        var source = new TimedContent(request.Content);
        return TimeAsync(new(ProviderOperation.Prepare, request.Key), (atomic, Request: request with { Content = source }), static (call, token) => call.atomic.PrepareAsync(call.Request, token), source, cancellationToken);
    }

    protected override Task<TResult> InterceptAsync<TState, TResult>(InterceptedCall intercepted, TState state, Func<TState, CancellationToken, Task<TResult>> proceed, CancellationToken cancellationToken) =>
        TimeAsync(intercepted, state, proceed, null, cancellationToken);

    // The call is made here, so that work of the provider before its first await is timed, and an exception is logged.
    // Without a listener, a call that completes synchronously has no further cost.
    private Task<TResult> TimeAsync<TState, TResult>(InterceptedCall intercepted, TState state, Func<TState, CancellationToken, Task<TResult>> proceed, TimedContent? source, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        Task<TResult> task;
        try
        {
            task = proceed(state, cancellationToken);
        }
        catch (Exception exception)
        {
            // The boundary of the provider: any exception is logged and passes through.
            task = Task.FromException<TResult>(exception);
        }

        // The bytes of an opened image may be damaged, which is found when they are read.
        return task.IsCompletedSuccessfully && !logger.IsEnabled(LogLevel.Debug) && task.Result is not StoredImage ? task : LogAsync(intercepted, started, source, task);
    }

    private protected override void OnVerified(VerificationItem item)
    {
        if (item.Status is VerificationStatus.Corrupted or VerificationStatus.Missing)
        {
            _corruption.Report(item);
        }
    }

    private async Task<TResult> LogAsync<TResult>(InterceptedCall call, long started, TimedContent? source, Task<TResult> task)
    {
        try
        {
            var result = await task.ConfigureAwait(false);
            if (logger.IsEnabled(LogLevel.Debug) && IsLogged(call.Operation))
            {
                // Reads of the source may overlap writes, so the difference is a lower bound.
                var duration = Stopwatch.GetElapsedTime(started) - (source?.Waited ?? TimeSpan.Zero);
                Log.Completed(logger, Name, OperationText.Of(call.Operation), call.Key ?? default, Math.Max(0, duration.TotalMilliseconds), _role, store);
            }

            return result is StoredImage image ? (TResult)(object)_corruption.Observe(image) : result;
        }
        catch (StorageCorruptedException exception)
        {
            _corruption.Report(OperationText.Of(call.Operation), call.Key, exception);
            throw;
        }
        catch (Exception exception) when (exception is StorageUnavailableException or StorageFullException && IsLogged(call.Operation))
        {
            Log.Failed(logger, Name, OperationText.Of(call.Operation), exception.GetType().Name, _role, store);
            Log.FailedWith(logger, Name, OperationText.Of(call.Operation), call.Key ?? default, _role, store, exception);
            throw;
        }
    }

    private static bool IsLogged(ProviderOperation operation) => operation is not
        (ProviderOperation.Check or ProviderOperation.GetDocument or ProviderOperation.PutDocument or ProviderOperation.DeleteDocument or ProviderOperation.ListDocuments or ProviderOperation.ListCollections);
}
