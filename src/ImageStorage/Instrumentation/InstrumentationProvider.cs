using System.Diagnostics;
using ImageStorage.Errors;
using ImageStorage.Listing;
using ImageStorage.Providers;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Instrumentation;

/// <summary>
/// The innermost layer: logs each call of one provider with its outcome and duration. Keys, and exceptions because their
/// messages name keys, appear at debug level only.
/// </summary>
internal sealed class InstrumentationProvider(IImageProvider inner, ILogger logger) : DelegatingImageProvider(inner)
{
    public override Task<ImageInfo> PutAsync(PutRequest request, CancellationToken cancellationToken = default) =>
        RunAsync("put", request.Key, request, static (inner, request, token) => inner.PutAsync(request, token), cancellationToken);

    public override Task<StoredImage?> OpenReadAsync(ImageKey key, GetOptions? options = null, CancellationToken cancellationToken = default) =>
        RunAsync("read", key, (key, options), static (inner, call, token) => inner.OpenReadAsync(call.key, call.options, token), cancellationToken);

    public override Task<ImageInfo?> GetInfoAsync(ImageKey key, CancellationToken cancellationToken = default) =>
        RunAsync("info", key, key, static (inner, key, token) => inner.GetInfoAsync(key, token), cancellationToken);

    public override Task<ImageInfo?> UpdateAsync(ImageKey key, ImageUpdate update, CancellationToken cancellationToken = default) =>
        RunAsync("update", key, (key, update), static (inner, call, token) => inner.UpdateAsync(call.key, call.update, token), cancellationToken);

    public override Task<bool> DeleteAsync(ImageKey key, DeleteOptions? options = null, CancellationToken cancellationToken = default) =>
        RunAsync("delete", key, (key, options), static (inner, call, token) => inner.DeleteAsync(call.key, call.options, token), cancellationToken);

    public override Task<ImagePage> ListAsync(ImageQuery query, CancellationToken cancellationToken = default) =>
        RunAsync("list", default, query, static (inner, query, token) => inner.ListAsync(query, token), cancellationToken);

    public override Task<StorageUsage> GetUsageAsync(CancellationToken cancellationToken = default) =>
        RunAsync("usage", default, 0, static (inner, _, token) => inner.GetUsageAsync(token), cancellationToken);

    // The call is made in here, so that what the provider does before its first await is timed and its failure logged.
    private async Task<TResult> RunAsync<TCall, TResult>(
        string operation, ImageKey key, TCall arguments, Func<IImageProvider, TCall, CancellationToken, Task<TResult>> call, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            var result = await call(Inner, arguments, cancellationToken).ConfigureAwait(false);
            if (logger.IsEnabled(LogLevel.Debug))
            {
                Log.Completed(logger, Name, operation, key, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }

            return result;
        }
        catch (StorageCorruptedException exception)
        {
            Log.Corrupted(logger, Name, operation, exception.GetType().Name);
            Log.FailedWith(logger, Name, operation, key, exception);
            throw;
        }
        catch (Exception exception) when (exception is StorageUnavailableException or StorageFullException)
        {
            Log.Failed(logger, Name, operation, exception.GetType().Name);
            Log.FailedWith(logger, Name, operation, key, exception);
            throw;
        }
    }
}
