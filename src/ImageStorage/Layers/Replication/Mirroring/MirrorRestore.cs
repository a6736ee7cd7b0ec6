using ImageStorage.Providers;

namespace ImageStorage.Mirroring;

/// <summary>
/// The restoration of a retained version. A replica that lacks the version, or has a damaged record of it, restores the
/// version from the other replica. The result is <see langword="null"/> if neither replica retains the version.
/// </summary>
internal sealed class MirrorRestore(string id, ImageKey key, ImageETag? replaces, MirrorReplica primary, MirrorReplica mirror) : MirrorWrite<ImageInfo?>(key)
{
    public override bool NeedsState => true;

    public override async Task<ImageInfo?> ApplyAsync(IImageProvider provider, Func<string?, CancellationToken, Task> writeHint, CancellationToken cancellationToken)
    {
        var (own, other) = provider == primary.Provider ? (primary, mirror) : (mirror, primary);
        ImageCorruptedException? damage = null;
        try
        {
            if (await own.Keeper.GetRetainedAsync(id, cancellationToken).ConfigureAwait(false) is { } retained)
            {
                await writeHint(MirrorCopies.HashOf(retained.Digest), cancellationToken).ConfigureAwait(false);
                return await own.Keeper.RestoreAsync(id, Key, replaces, cancellationToken).ConfigureAwait(false) ? retained : null;
            }
        }
        catch (ImageCorruptedException exception)
        {
            damage = exception;
        }

        return await RestoreFromAsync(other, provider, writeHint, cancellationToken).ConfigureAwait(false)
            ?? (damage is null ? null : throw damage);
    }

    public override bool HasChanged(ImageInfo? answer) => answer is not null;

    public override ImageInfo? RecordOf(ImageInfo? answer) => answer;

    private async Task<ImageInfo?> RestoreFromAsync(MirrorReplica other, IImageProvider provider, Func<string?, CancellationToken, Task> writeHint, CancellationToken cancellationToken)
    {
        if (await other.Keeper.OpenRetainedAsync(id, null, cancellationToken).ConfigureAwait(false) is not { } image)
        {
            return null;
        }

        var record = image.Info;
        var content = new StoredContent(image) { Digest = record.Digest };
        await using (content.ConfigureAwait(false))
        {
            await writeHint(MirrorCopies.HashOf(record.Digest), cancellationToken).ConfigureAwait(false);
            Precondition precondition = replaces is { } version ? new IfMatch(version) : IfNoneMatch.Any;
            return await provider.PutAsync(ImageCopies.RequestOf(record, Key, content, precondition, record.CreatedAt) with { NewETag = record.ETag, ModifiedAt = record.ModifiedAt }, cancellationToken).ConfigureAwait(false);
        }
    }
}
