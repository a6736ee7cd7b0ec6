using ImageStorage.Providers;

namespace ImageStorage.Hybrid;

/// <summary>The provider that holds the records. Its failures are reported as failures of the hybrid store.</summary>
internal sealed class CatalogPart(IImageProvider inner) : DelegatingImageProvider(inner), ICopyProvider
{
    public override Task<ImageInfo> PutAsync(PutRequest request, CancellationToken cancellationToken = default) =>
        RunAsync(request.Key, request, static (inner, request, token) => inner.PutAsync(request, token), cancellationToken);

    public override Task<StoredImage?> OpenReadAsync(ImageKey key, GetOptions? options = null, CancellationToken cancellationToken = default) =>
        RunAsync(key, (key, options), static (inner, call, token) => inner.OpenReadAsync(call.key, call.options, token), cancellationToken);

    public override Task<ImageInfo?> GetInfoAsync(ImageKey key, CancellationToken cancellationToken = default) =>
        RunAsync(key, key, static (inner, key, token) => inner.GetInfoAsync(key, token), cancellationToken);

    public override Task<ImageInfo?> UpdateAsync(ImageKey key, RecordUpdate update, CancellationToken cancellationToken = default) =>
        RunAsync(key, (key, update), static (inner, call, token) => inner.UpdateAsync(call.key, call.update, token), cancellationToken);

    public override Task<bool> DeleteAsync(ImageKey key, DeleteOptions? options = null, CancellationToken cancellationToken = default) =>
        RunAsync(key, (key, options), static (inner, call, token) => inner.DeleteAsync(call.key, call.options, token), cancellationToken);

    public override Task<ImagePage> ListAsync(ImageQuery query, CancellationToken cancellationToken = default) =>
        RunAsync(null, query, static (inner, query, token) => inner.ListAsync(query, token), cancellationToken);

    public override Task<StorageUsage> GetUsageAsync(CancellationToken cancellationToken = default) =>
        RunAsync(null, 0, static (inner, _, token) => inner.GetUsageAsync(token), cancellationToken);

    public override async Task CheckAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            await Inner.CheckAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (ImageStorageException exception) when (HybridErrors.IsFromPart(exception))
        {
            throw HybridErrors.FromCatalog(exception, null);
        }
    }

    public async Task<ImageInfo> CopyAsync(CopyRequest request, CancellationToken cancellationToken = default)
    {
        try
        {
            return await Inner.CopyAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (ImageStorageException exception) when (HybridErrors.IsFromPart(exception))
        {
            // A conflict or damage of the source has the key of the source.
            throw HybridErrors.FromCatalog(exception, exception.Key ?? request.Target);
        }
    }

    public override string ToString() => $"{Inner}";

    private async Task<TResult> RunAsync<TCall, TResult>(ImageKey? key, TCall arguments, Func<IImageProvider, TCall, CancellationToken, Task<TResult>> call, CancellationToken cancellationToken)
    {
        try
        {
            return await call(Inner, arguments, cancellationToken).ConfigureAwait(false);
        }
        catch (ImageStorageException exception) when (HybridErrors.IsFromPart(exception))
        {
            throw HybridErrors.FromCatalog(exception, key);
        }
    }
}
