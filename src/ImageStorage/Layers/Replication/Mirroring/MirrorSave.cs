using System.Runtime.ExceptionServices;
using ImageStorage.Providers;

namespace ImageStorage.Mirroring;

/// <summary>A save.</summary>
internal sealed class MirrorSave(PutRequest request) : MirrorWrite<ImageInfo>(new MirrorImage(request.Key))
{
    public override bool NeedsState => request.Precondition is not null;

    public override async Task<ImageInfo> ApplyAsync(MirrorReplica replica, Func<string?, CancellationToken, Task> writeHint, CancellationToken cancellationToken)
    {
        var isHinted = false;
        StorageUnavailableException? failure = null;
        try
        {
            return await replica.Provider.PutAsync(request with { BeforeCommit = HintAsync }, cancellationToken).ConfigureAwait(false);
        }
        catch (ImageSourceException) when (failure is not null)
        {
            ExceptionDispatchInfo.Throw(failure);
            throw;
        }

        // A retry does not hint again: the attempt before may have taken effect, and its hint names the same bytes.
        async ValueTask HintAsync(ImageInfo info, CancellationToken token)
        {
            if (isHinted)
            {
                return;
            }

            // First, so that a failing callback leaves no hint.
            if (request.BeforeCommit is { } beforeCommit)
            {
                await beforeCommit(info, token).ConfigureAwait(false);
            }

            try
            {
                await writeHint(MirrorCopies.HashOf(info.Digest), token).ConfigureAwait(false);
                isHinted = true;
            }
            catch (StorageUnavailableException exception)
            {
                // The layers of this replica must not take the failure for one of the replica.
                failure = exception;
                throw new ImageSourceException($"The write was abandoned before it had an effect: {exception.Message}", exception);
            }
        }
    }

    public override ValueTask RewindAsync(StorageUnavailableException failure, CancellationToken cancellationToken) =>
        request.Content.CanRewind ? request.Content.RewindAsync(cancellationToken) : throw MirrorErrors.NotRepeatable(request.Key, failure.Provider ?? "the primary", failure);

    public override string VersionOf(ImageInfo answer) => answer.ETag.Value;

    public override async Task<bool> TryCopyAsync(MirrorReplica primary, MirrorReplica mirror, ImageInfo answer, CancellationToken cancellationToken) =>
        await TrySaveAgainAsync(mirror.Provider, answer, cancellationToken).ConfigureAwait(false) || await MirrorCopies.TryCopyAsync(primary, mirror, answer, cancellationToken).ConfigureAwait(false);

    private async Task<bool> TrySaveAgainAsync(IImageProvider other, ImageInfo record, CancellationToken cancellationToken)
    {
        if (!request.Content.CanRewind)
        {
            return false;
        }

        try
        {
            await request.Content.RewindAsync(cancellationToken).ConfigureAwait(false);
            var copy = await other.PutAsync(request with { Precondition = null, BeforeCommit = null, CreatedAt = record.CreatedAt, NewETag = record.ETag, ModifiedAt = record.ModifiedAt }, cancellationToken).ConfigureAwait(false);

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
