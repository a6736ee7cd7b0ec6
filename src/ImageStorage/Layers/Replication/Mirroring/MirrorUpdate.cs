using ImageStorage.Providers;

namespace ImageStorage.Mirroring;

/// <summary>A change of a record; null inside when there is no image.</summary>
internal sealed class MirrorUpdate(ImageKey key, ImageUpdate update) : MirrorWrite<ImageInfo?>(key)
{
    public override bool NeedsState => true;

    public override async Task<ImageInfo?> ApplyAsync(IImageProvider provider, Func<string?, CancellationToken, Task> note, CancellationToken cancellationToken)
    {
        await note(null, cancellationToken).ConfigureAwait(false);
        return await provider.UpdateAsync(Key, update, cancellationToken).ConfigureAwait(false);
    }

    public override bool HasChanged(ImageInfo? answer) => answer is not null;

    public override ImageInfo? RecordOf(ImageInfo? answer) => answer;
}
