using ImageStorage.Providers;

namespace ImageStorage.Mirroring;

/// <summary>An update of metadata. The result is <see langword="null"/> if the image does not exist.</summary>
internal sealed class MirrorUpdate(ImageKey key, RecordUpdate update) : MirrorWrite<ImageInfo?>(key)
{
    public override bool NeedsState => true;

    public override async Task<ImageInfo?> ApplyAsync(IImageProvider provider, Func<string?, CancellationToken, Task> writeHint, CancellationToken cancellationToken)
    {
        await writeHint(null, cancellationToken).ConfigureAwait(false);
        return await provider.UpdateAsync(Key, update, cancellationToken).ConfigureAwait(false);
    }

    public override bool HasChanged(ImageInfo? answer) => answer is not null;

    public override ImageInfo? RecordOf(ImageInfo? answer) => answer;
}
