using System.Runtime.ExceptionServices;
using ImageStorage.Providers;

namespace ImageStorage.Mirroring;

/// <summary>A save.</summary>
internal sealed class MirrorSave(PutRequest request) : MirrorWrite<ImageInfo>(request.Key)
{
    public override bool NeedsState => request.Precondition is not null;

    public override async Task<ImageInfo> ApplyAsync(IImageProvider provider, Func<string?, CancellationToken, Task> note, CancellationToken cancellationToken)
    {
        var content = new NotedContent(request.Content, async (whole, token) => await note(MirrorCopies.HashOf(await whole.GetDigestAsync().ConfigureAwait(false)), token).ConfigureAwait(false));
        try
        {
            return await provider.PutAsync(request with { Content = content }, cancellationToken).ConfigureAwait(false);
        }
        catch (ImageSourceException) when (content.Failure is not null)
        {
            ExceptionDispatchInfo.Throw(content.Failure);
            throw;
        }
    }

    public override ValueTask RewindAsync(StorageUnavailableException failure, CancellationToken cancellationToken) =>
        request.Content.CanRewind ? request.Content.RewindAsync(cancellationToken) : throw MirrorErrors.NotRepeatable(Key, failure.Provider ?? "the primary", failure);

    public override ImageInfo RecordOf(ImageInfo answer) => answer;

    public override async Task<bool> TryBringAsync(IImageProvider other, ImageInfo record, CancellationToken cancellationToken)
    {
        if (!request.Content.CanRewind)
        {
            return false;
        }

        try
        {
            await request.Content.RewindAsync(cancellationToken).ConfigureAwait(false);
            var copy = await other.PutAsync(request with { Precondition = null, CreatedAt = record.CreatedAt, NewETag = record.ETag, ModifiedAt = record.ModifiedAt }, cancellationToken).ConfigureAwait(false);

            // A source that gives other bytes the second time must not make the sides differ.
            return copy.Digest == record.Digest;
        }
        catch (Exception exception) when (exception is ImageSourceException or ImageValidationException)
        {
            // What the first side has stored can be copied still.
            return false;
        }
    }
}
