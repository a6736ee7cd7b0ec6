using System.Runtime.ExceptionServices;
using ImageStorage.Providers;

namespace ImageStorage.Mirroring;

/// <summary>A save.</summary>
internal sealed class MirrorSave(PutRequest request) : MirrorWrite<ImageInfo>(request.Key)
{
    public override bool NeedsState => request.Precondition is not null;

    public override async Task<ImageInfo> ApplyAsync(IImageProvider provider, Func<string?, CancellationToken, Task> writeHint, CancellationToken cancellationToken)
    {
        var hinted = new HintedContent(request.Content, async (content, token) => await writeHint(MirrorCopies.HashOf(await content.GetDigestAsync().ConfigureAwait(false)), token).ConfigureAwait(false));
        try
        {
            return await provider.PutAsync(request with { Content = hinted }, cancellationToken).ConfigureAwait(false);
        }
        catch (ImageSourceException) when (hinted.Failure is not null)
        {
            ExceptionDispatchInfo.Throw(hinted.Failure);
            throw;
        }
    }

    public override ValueTask RewindAsync(StorageUnavailableException failure, CancellationToken cancellationToken) =>
        request.Content.CanRewind ? request.Content.RewindAsync(cancellationToken) : throw MirrorErrors.NotRepeatable(Key, failure.Provider ?? "the primary", failure);

    public override ImageInfo RecordOf(ImageInfo answer) => answer;

    public override async Task<bool> TryCopyAsync(IImageProvider other, ImageInfo record, CancellationToken cancellationToken)
    {
        if (!request.Content.CanRewind)
        {
            return false;
        }

        try
        {
            await request.Content.RewindAsync(cancellationToken).ConfigureAwait(false);
            var copy = await other.PutAsync(request with { Precondition = null, CreatedAt = record.CreatedAt, NewETag = record.ETag, ModifiedAt = record.ModifiedAt }, cancellationToken).ConfigureAwait(false);

            // A source that returns other bytes the second time must not make the replicas differ.
            return copy.Digest == record.Digest;
        }
        catch (Exception exception) when (exception is ImageSourceException or ImageValidationException)
        {
            // The image can still be copied from the first replica.
            return false;
        }
    }
}
