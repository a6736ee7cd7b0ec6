using ImageStorage.Providers;

namespace ImageStorage.Mirroring;

/// <summary>A deletion.</summary>
internal sealed class MirrorDelete(ImageKey key, DeleteOptions? options) : MirrorWrite<bool>(key)
{
    public override bool NeedsState => options?.Precondition is not null;

    public override async Task<bool> ApplyAsync(IImageProvider provider, Func<string?, CancellationToken, Task> writeHint, CancellationToken cancellationToken)
    {
        await writeHint(string.Empty, cancellationToken).ConfigureAwait(false);
        return await provider.DeleteAsync(Key, options, cancellationToken).ConfigureAwait(false);
    }

    public override ImageInfo? RecordOf(bool answer) => null;
}
