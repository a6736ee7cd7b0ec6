using System.Diagnostics;
using ImageStorage.Providers;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Instrumentation;

/// <summary>
/// The innermost layer: logs each call of one provider with its outcome and duration. Keys, and exceptions, whose
/// messages have keys, are logged at debug level only.
/// </summary>
/// <param name="inner">The provider.</param>
/// <param name="logger">The log of calls.</param>
/// <param name="store">The name of the store in messages.</param>
/// <param name="role">The role of the provider in the store.</param>
internal sealed class InstrumentationProvider(IImageProvider inner, ILogger logger, string store = "a store", string role = "Primary") : DelegatingImageProvider(inner)
{
    public override Task<ImageInfo> PutAsync(PutRequest request, CancellationToken cancellationToken = default) =>
        RunAsync("put", request.Key, request, static (inner, request, token) => inner.PutAsync(request, token), cancellationToken);

    public override Task<StoredImage?> OpenReadAsync(ImageKey key, GetOptions? options = null, CancellationToken cancellationToken = default) =>
        RunAsync("read", key, (key, options), static (inner, call, token) => inner.OpenReadAsync(call.key, call.options, token), cancellationToken);

    public override Task<ImageInfo?> GetInfoAsync(ImageKey key, CancellationToken cancellationToken = default) =>
        RunAsync("info", key, key, static (inner, key, token) => inner.GetInfoAsync(key, token), cancellationToken);

    public override Task<ImageInfo?> UpdateAsync(ImageKey key, RecordUpdate update, CancellationToken cancellationToken = default) =>
        RunAsync("update", key, (key, update), static (inner, call, token) => inner.UpdateAsync(call.key, call.update, token), cancellationToken);

    public override Task<bool> DeleteAsync(ImageKey key, DeleteOptions? options = null, CancellationToken cancellationToken = default) =>
        RunAsync("delete", key, (key, options), static (inner, call, token) => inner.DeleteAsync(call.key, call.options, token), cancellationToken);

    public override Task<ImagePage> ListAsync(ImageQuery query, CancellationToken cancellationToken = default) =>
        RunAsync("list", default, query, static (inner, query, token) => inner.ListAsync(query, token), cancellationToken);

    public override Task<StorageUsage> GetUsageAsync(CancellationToken cancellationToken = default) =>
        RunAsync("usage", default, 0, static (inner, _, token) => inner.GetUsageAsync(token), cancellationToken);

    // The call is made here, so that work of the provider before its first await is timed, and an exception is logged.
    // Without a listener, a call that completes synchronously has no further cost.
    private Task<TResult> RunAsync<TCall, TResult>(
        string operation, ImageKey key, TCall arguments, Func<IImageProvider, TCall, CancellationToken, Task<TResult>> call, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        Task<TResult> task;
        try
        {
            task = call(Inner, arguments, cancellationToken);
        }
        catch (Exception exception)
        {
            // The boundary of the provider: any exception is logged and passes through.
            task = Task.FromException<TResult>(exception);
        }

        return task.IsCompletedSuccessfully && !logger.IsEnabled(LogLevel.Debug) ? task : LogAsync(operation, key, started, task);
    }

    private async Task<TResult> LogAsync<TResult>(string operation, ImageKey key, long started, Task<TResult> task)
    {
        try
        {
            var result = await task.ConfigureAwait(false);
            if (logger.IsEnabled(LogLevel.Debug))
            {
                Log.Completed(logger, Name, operation, key, Stopwatch.GetElapsedTime(started).TotalMilliseconds, role, store);
            }

            return result;
        }
        catch (StorageCorruptedException exception)
        {
            Log.Corrupted(logger, Name, operation, exception.GetType().Name, role, store);
            Log.FailedWith(logger, Name, operation, key, role, store, exception);
            throw;
        }
        catch (Exception exception) when (exception is StorageUnavailableException or StorageFullException)
        {
            Log.Failed(logger, Name, operation, exception.GetType().Name, role, store);
            Log.FailedWith(logger, Name, operation, key, role, store, exception);
            throw;
        }
    }
}
