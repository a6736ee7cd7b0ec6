using ImageStorage.Providers;

namespace ImageStorage.Samples.Tests.Snippets.CustomLayer;

public sealed class MaintenanceLayer(IImageProvider inner, Func<bool> isClosed) : WriteLayer(inner)
{
    protected override ValueTask<PutRequest> BeforePutAsync(PutRequest request, CancellationToken cancellationToken)
    {
        ThrowIfClosed(request.Key);
        return base.BeforePutAsync(request, cancellationToken);
    }

    protected override ValueTask<RecordUpdate> BeforeUpdateAsync(ImageKey key, RecordUpdate update, CancellationToken cancellationToken)
    {
        ThrowIfClosed(key);
        return base.BeforeUpdateAsync(key, update, cancellationToken);
    }

    protected override ValueTask<IfMatch?> BeforeDeleteAsync(ImageKey key, IfMatch? precondition, CancellationToken cancellationToken)
    {
        ThrowIfClosed(key);
        return base.BeforeDeleteAsync(key, precondition, cancellationToken);
    }

    private void ThrowIfClosed(ImageKey key)
    {
        if (isClosed())
        {
            throw new StorageNotSupportedException($"Image '{key}' cannot be changed during the maintenance. Try again later.") { Key = key };
        }
    }
}
