using ImageStorage.Providers;

namespace ImageStorage.Events;

/// <summary>
/// The outermost layer: publishes <see cref="ImageSaved"/> and <see cref="ImageDeleted"/> after every write of the
/// store, whichever way the write arrives. Without a listener, a write costs one volatile read.
/// </summary>
/// <remarks>A write with an unknown outcome publishes nothing: a handler could not rely on the event.</remarks>
internal sealed class EventsProvider(IImageProvider inner, IStorageEventSink events, TimeProvider clock) : WriteLayer(inner)
{
    public override Task<ImageInfo> PutAsync(PutRequest request, CancellationToken cancellationToken = default) =>
        events.IsEnabled ? base.PutAsync(request, cancellationToken) : Inner.PutAsync(request, cancellationToken);

    public override Task<ImageInfo?> UpdateAsync(ImageKey key, RecordUpdate update, CancellationToken cancellationToken = default) =>
        events.IsEnabled ? base.UpdateAsync(key, update, cancellationToken) : Inner.UpdateAsync(key, update, cancellationToken);

    public override Task<bool> DeleteAsync(ImageKey key, DeleteOptions? options = null, CancellationToken cancellationToken = default) =>
        events.IsEnabled ? base.DeleteAsync(key, options, cancellationToken) : Inner.DeleteAsync(key, options, cancellationToken);

    // The layer changes nothing, so the provider may copy the image.
    protected override ValueTask<CopyRequest?> BeforeCopyAsync(CopyRequest request, CancellationToken cancellationToken) => new(request);

    protected override ValueTask AfterWriteAsync(ImageKey key, WriteOutcome outcome)
    {
        if (!events.IsEnabled)
        {
            return ValueTask.CompletedTask;
        }

        switch (outcome)
        {
            case { Effect: WriteEffect.Deleted }:
                events.Publish(new ImageDeleted { At = clock.GetUtcNow(), Key = key });
                break;
            case { Effect: WriteEffect.Restored }:
                return PublishRestoredAsync(key);
            case { Info: { } written }:
                events.Publish(new ImageSaved { At = clock.GetUtcNow(), Info = written });
                break;
        }

        return ValueTask.CompletedTask;
    }

    private async ValueTask PublishRestoredAsync(ImageKey key)
    {
        try
        {
            if (await Inner.GetInfoAsync(key, CancellationToken.None).ConfigureAwait(false) is { } info)
            {
                events.Publish(new ImageSaved { At = clock.GetUtcNow(), Info = info });
            }
        }
        catch (ImageStorageException)
        {
            // The version is restored. A rollback must not fail because of an event, which nothing durable depends on.
        }
    }
}
