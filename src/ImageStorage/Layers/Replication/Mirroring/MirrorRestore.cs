using ImageStorage.Providers;

namespace ImageStorage.Mirroring;

/// <summary>
/// The restoration of a retained version. A replica that lacks the version, or has a damaged record of it, restores the
/// version from the other replica. The result is <see langword="null"/> if neither replica retains the version.
/// </summary>
internal sealed class MirrorRestore(string id, ImageKey key, ImageETag? replaces, MirrorVersions versions) : MirrorWrite<ImageInfo?>(new MirrorImage(key))
{
    public override bool NeedsState => true;

    public override async Task<ImageInfo?> ApplyAsync(MirrorReplica replica, Func<string?, CancellationToken, Task> writeHint, CancellationToken cancellationToken)
    {
        ImageCorruptedException? damage = null;
        try
        {
            if (await replica.Keeper.GetRetainedAsync(id, cancellationToken).ConfigureAwait(false) is { } retained)
            {
                await writeHint(MirrorCopies.HashOf(retained.Digest), cancellationToken).ConfigureAwait(false);
                return await replica.Keeper.RestoreAsync(id, key, replaces, cancellationToken).ConfigureAwait(false) ? retained : null;
            }
        }
        catch (ImageCorruptedException exception)
        {
            damage = exception;
        }

        return await RestoreFromOtherAsync(replica, writeHint, cancellationToken).ConfigureAwait(false)
            ?? (damage is null ? null : throw damage);
    }

    public override bool HasChanged(ImageInfo? answer) => answer is not null;

    public override string? VersionOf(ImageInfo? answer) => answer?.ETag.Value;

    public override async Task<bool> TryCopyAsync(MirrorReplica primary, MirrorReplica mirror, ImageInfo? answer, CancellationToken cancellationToken)
    {
        try
        {
            var replaced = (await mirror.FindAsync(key, cancellationToken).ConfigureAwait(false)).Info?.ETag;
            return await mirror.Keeper.RestoreAsync(id, key, replaced, cancellationToken).ConfigureAwait(false)
                || await MirrorCopies.TryCopyAsync(primary, mirror, answer!, cancellationToken).ConfigureAwait(false);
        }
        catch (ImageStorageException exception) when (exception is ImageConflictException or ImageCorruptedException)
        {
            return false;
        }
    }

    private async Task<ImageInfo?> RestoreFromOtherAsync(MirrorReplica replica, Func<string?, CancellationToken, Task> writeHint, CancellationToken cancellationToken)
    {
        if (await versions.OpenOnOtherAsync(id, replica, cancellationToken).ConfigureAwait(false) is not { } image)
        {
            return null;
        }

        var record = image.Info;
        var content = new StoredContent(image) { Digest = record.Digest };
        await using (content.ConfigureAwait(false))
        {
            await writeHint(MirrorCopies.HashOf(record.Digest), cancellationToken).ConfigureAwait(false);

            // An attempt whose answer was lost may have restored the version already.
            var current = (await replica.FindAsync(key, cancellationToken).ConfigureAwait(false)).Info?.ETag;
            Precondition precondition = (current == record.ETag ? current : replaces) is { } version ? new IfMatch(version) : IfNoneMatch.Any;
            return await replica.Provider.PutAsync(ImageCopies.RequestOf(record, key, content, precondition, record.CreatedAt) with { NewETag = record.ETag, ModifiedAt = record.ModifiedAt }, cancellationToken).ConfigureAwait(false);
        }
    }
}
