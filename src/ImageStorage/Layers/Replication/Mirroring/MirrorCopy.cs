using ImageStorage.Providers;

namespace ImageStorage.Mirroring;

/// <summary>A copy inside each replica, of a version that both replicas have.</summary>
internal sealed class MirrorCopy(CopyRequest request) : MirrorWrite<ImageInfo>(new MirrorImage(request.Target))
{
    public override bool NeedsState => request.Precondition is not null;

    public override async Task<ImageInfo> ApplyAsync(MirrorReplica replica, Func<string?, CancellationToken, Task> writeHint, CancellationToken cancellationToken)
    {
        var source = await replica.Provider.GetInfoAsync(request.Source, cancellationToken).ConfigureAwait(false);
        if (source?.ETag != request.SourceETag)
        {
            throw ProviderErrors.Conflict(request.Source, replica.Provider.Name, source?.ETag);
        }

        await writeHint(MirrorCopies.HashOf(source.Digest), cancellationToken).ConfigureAwait(false);
        return await replica.Provider.CopyAsync(request, cancellationToken).ConfigureAwait(false);
    }

    public override string VersionOf(ImageInfo answer) => answer.ETag.Value;

    public override async Task<bool> TryCopyAsync(MirrorReplica primary, MirrorReplica mirror, ImageInfo answer, CancellationToken cancellationToken) =>
        await TryCopyInsideAsync(mirror.Provider, answer, cancellationToken).ConfigureAwait(false) || await MirrorCopies.TryCopyAsync(primary, mirror, answer, cancellationToken).ConfigureAwait(false);

    private async Task<bool> TryCopyInsideAsync(IImageProvider other, ImageInfo record, CancellationToken cancellationToken)
    {
        try
        {
            var copy = request with { Precondition = null, CreatedAt = record.CreatedAt, NewETag = record.ETag, ModifiedAt = record.ModifiedAt };
            return await other.CopyAsync(copy, cancellationToken).ConfigureAwait(false) == record;
        }
        catch (ImageStorageException exception) when (exception is ImageConflictException or ImageCorruptedException)
        {
            // The other replica has another version of the source, or a damaged one.
            return false;
        }
    }
}
