using ImageStorage.Providers;

namespace ImageStorage.Mirroring;

/// <summary>An update of metadata. The result is <see langword="null"/> if the image does not exist.</summary>
internal sealed class MirrorUpdate(ImageKey key, RecordUpdate update) : MirrorWrite<ImageInfo?>(new MirrorImage(key))
{
    public override bool NeedsState => true;

    public override async Task<ImageInfo?> ApplyAsync(MirrorReplica replica, Func<string?, CancellationToken, Task> writeHint, CancellationToken cancellationToken)
    {
        await writeHint(null, cancellationToken).ConfigureAwait(false);
        return await replica.Provider.UpdateAsync(key, update, cancellationToken).ConfigureAwait(false);
    }

    public override bool HasChanged(ImageInfo? answer) => answer is not null;

    public override string? VersionOf(ImageInfo? answer) => answer?.ETag.Value;

    // The mirror has the bytes already. Synchronizing uses them.
    public override Task<bool> TryCopyAsync(MirrorReplica primary, MirrorReplica mirror, ImageInfo? answer, CancellationToken cancellationToken) => Task.FromResult(false);
}
