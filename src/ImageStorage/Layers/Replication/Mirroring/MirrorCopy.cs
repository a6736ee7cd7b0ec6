using ImageStorage.Providers;

namespace ImageStorage.Mirroring;

/// <summary>A copy inside each replica, of a version that both replicas have.</summary>
internal sealed class MirrorCopy(CopyRequest request) : MirrorWrite<ImageInfo>(request.Target)
{
    public override bool NeedsState => request.Precondition is not null;

    public override async Task<ImageInfo> ApplyAsync(IImageProvider provider, Func<string?, CancellationToken, Task> writeHint, CancellationToken cancellationToken)
    {
        var source = await provider.GetInfoAsync(request.Source, cancellationToken).ConfigureAwait(false);
        if (source?.ETag != request.SourceETag)
        {
            throw ProviderErrors.Conflict(request.Source, provider.Name, source?.ETag);
        }

        await writeHint(MirrorCopies.HashOf(source.Digest), cancellationToken).ConfigureAwait(false);
        return await provider.CopyAsync(request, cancellationToken).ConfigureAwait(false);
    }

    public override ImageInfo RecordOf(ImageInfo answer) => answer;

    public override async Task<bool> TryCopyAsync(IImageProvider other, ImageInfo record, CancellationToken cancellationToken)
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
