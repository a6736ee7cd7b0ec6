namespace ImageStorage.Providers;

/// <summary>
/// The content that a layer has put in place of the caller's. A provider takes an exception of its own work for its
/// failure, and must not take the failure of an encoder for damage or an outage.
/// </summary>
/// <param name="inner">The content of the layer.</param>
/// <param name="key">The image.</param>
/// <param name="layer">The name of the layer.</param>
internal sealed class LayerContent(ImageContent inner, ImageKey key, string layer) : DelegatingImageContent(inner)
{
    public override async ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            return await base.ReadAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (IsOfLayer(exception))
        {
            throw Failed(exception);
        }
    }

    public override async ValueTask<ContentDigest> GetDigestAsync()
    {
        try
        {
            return await base.GetDigestAsync().ConfigureAwait(false);
        }
        catch (Exception exception) when (IsOfLayer(exception))
        {
            throw Failed(exception);
        }
    }

    public override async ValueTask RewindAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            await base.RewindAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (IsOfLayer(exception))
        {
            throw Failed(exception);
        }
    }

    private static bool IsOfLayer(Exception exception) => exception is not (ImageStorageException or OperationCanceledException);

    private ImageSourceException Failed(Exception exception) =>
        new($"Image '{key}' was not stored: the layer {layer} failed to return its bytes: {exception.Message}", exception) { Key = key };
}
