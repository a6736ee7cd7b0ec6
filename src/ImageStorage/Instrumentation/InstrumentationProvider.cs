using System.Diagnostics;
using ImageStorage.Errors;
using ImageStorage.Listing;
using ImageStorage.Providers;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Instrumentation;

/// <summary>The innermost layer: logs each call of one provider with its outcome and duration. Keys appear at debug level only.</summary>
internal sealed class InstrumentationProvider(IImageProvider inner, ILogger logger) : DelegatingImageProvider(inner)
{
    public override Task<ImageInfo> PutAsync(PutRequest request, CancellationToken cancellationToken = default) =>
        RunAsync("put", request.Key, Inner.PutAsync(request, cancellationToken));

    public override Task<StoredImage?> OpenReadAsync(ImageKey key, GetOptions? options = null, CancellationToken cancellationToken = default) =>
        RunAsync("read", key, Inner.OpenReadAsync(key, options, cancellationToken));

    public override Task<ImageInfo?> GetInfoAsync(ImageKey key, CancellationToken cancellationToken = default) =>
        RunAsync("info", key, Inner.GetInfoAsync(key, cancellationToken));

    public override Task<ImageInfo?> UpdateAsync(ImageKey key, ImageUpdate update, CancellationToken cancellationToken = default) =>
        RunAsync("update", key, Inner.UpdateAsync(key, update, cancellationToken));

    public override Task<bool> DeleteAsync(ImageKey key, DeleteOptions? options = null, CancellationToken cancellationToken = default) =>
        RunAsync("delete", key, Inner.DeleteAsync(key, options, cancellationToken));

    public override Task<ImagePage> ListAsync(ImageQuery query, CancellationToken cancellationToken = default) =>
        RunAsync("list", default, Inner.ListAsync(query, cancellationToken));

    public override Task<StorageUsage> GetUsageAsync(CancellationToken cancellationToken = default) =>
        RunAsync("usage", default, Inner.GetUsageAsync(cancellationToken));

    private async Task<T> RunAsync<T>(string operation, ImageKey key, Task<T> call)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            var result = await call.ConfigureAwait(false);
            if (logger.IsEnabled(LogLevel.Debug))
            {
                Log.Completed(logger, Name, operation, key, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }

            return result;
        }
        catch (StorageCorruptedException exception)
        {
            Log.Corrupted(logger, Name, operation, exception);
            throw;
        }
        catch (Exception exception) when (exception is StorageUnavailableException or StorageFullException)
        {
            Log.Failed(logger, Name, operation, exception);
            throw;
        }
    }
}
