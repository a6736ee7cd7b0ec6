using ImageStorage.Providers;

namespace ImageStorage.Testing;

/// <summary>
/// Injects faults into the calls of a provider: before a call has an effect, or after the effect, as if the response was lost.
/// </summary>
/// <param name="inner">The provider to wrap. This object owns the provider.</param>
/// <param name="fault">Called before and after every call; returns the exception to throw, or null to continue.</param>
public sealed class FaultInjectingProvider(IImageProvider inner, Func<ProviderCall, Exception?> fault) : DelegatingImageProvider(inner)
{
    /// <inheritdoc/>
    public override Task<ImageInfo> PutAsync(PutRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return RunAsync(nameof(PutAsync), request.Key, () => Inner.PutAsync(request, cancellationToken));
    }

    /// <inheritdoc/>
    public override Task<StoredImage?> OpenReadAsync(ImageKey key, GetOptions? options = null, CancellationToken cancellationToken = default) =>
        RunAsync(nameof(OpenReadAsync), key, () => Inner.OpenReadAsync(key, options, cancellationToken));

    /// <inheritdoc/>
    public override Task<ImageInfo?> GetInfoAsync(ImageKey key, CancellationToken cancellationToken = default) =>
        RunAsync(nameof(GetInfoAsync), key, () => Inner.GetInfoAsync(key, cancellationToken));

    /// <inheritdoc/>
    public override Task<ImageInfo?> UpdateAsync(ImageKey key, RecordUpdate update, CancellationToken cancellationToken = default) =>
        RunAsync(nameof(UpdateAsync), key, () => Inner.UpdateAsync(key, update, cancellationToken));

    /// <inheritdoc/>
    public override Task<bool> DeleteAsync(ImageKey key, DeleteOptions? options = null, CancellationToken cancellationToken = default) =>
        RunAsync(nameof(DeleteAsync), key, () => Inner.DeleteAsync(key, options, cancellationToken));

    /// <inheritdoc/>
    public override Task<ImagePage> ListAsync(ImageQuery query, CancellationToken cancellationToken = default) =>
        RunAsync(nameof(ListAsync), null, () => Inner.ListAsync(query, cancellationToken));

    /// <inheritdoc/>
    public override Task<StorageUsage> GetUsageAsync(CancellationToken cancellationToken = default) =>
        RunAsync(nameof(GetUsageAsync), null, () => Inner.GetUsageAsync(cancellationToken));

    /// <inheritdoc/>
    public override Task CheckAsync(CancellationToken cancellationToken = default) => RunAsync(nameof(CheckAsync), null, async () =>
    {
        await Inner.CheckAsync(cancellationToken).ConfigureAwait(false);
        return true;
    });

    private async Task<T> RunAsync<T>(string operation, ImageKey? key, Func<Task<T>> call)
    {
        ThrowIfWanted(new ProviderCall(operation, key, HasTakenEffect: false));
        var result = await call().ConfigureAwait(false);
        try
        {
            ThrowIfWanted(new ProviderCall(operation, key, HasTakenEffect: true));
            return result;
        }
        catch when (result is IDisposable opened)
        {
            // A lost answer must not leave a file or a connection open.
            opened.Dispose();
            throw;
        }
    }

    private void ThrowIfWanted(ProviderCall call)
    {
        if (fault(call) is { } failure)
        {
            throw failure;
        }
    }
}
