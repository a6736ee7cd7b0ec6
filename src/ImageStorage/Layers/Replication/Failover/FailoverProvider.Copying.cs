using ImageStorage.Providers;

namespace ImageStorage.Failover;

/// <content>
/// The primary copies while no hint concerns the two images. Otherwise the image is read and saved, each where the other
/// calls would find it, so an image with a hint can be copied during an outage.
/// </content>
internal sealed partial class FailoverProvider : ICopyProvider
{
    public async Task<ImageInfo> CopyAsync(CopyRequest request, CancellationToken cancellationToken = default)
    {
        if (GetWriteRefusal(request.Precondition) is null && await AreOnPrimaryAsync(request, cancellationToken).ConfigureAwait(false))
        {
            try
            {
                var copied = RecordWriteSuccess(await _primary.CopyAsync(request, cancellationToken).ConfigureAwait(false));
                _components.PrimaryClock.Learn(copied);
                return copied;
            }
            catch (StorageUnavailableException exception)
            {
                RecordWriteFailure(exception);
                if (request.Precondition is not null)
                {
                    // Whether the primary has made the copy is unknown, so the precondition cannot be evaluated again.
                    throw FailoverErrors.NotEvaluated(request.Target, _chain.Names, exception);
                }
            }
        }

        return await this.StreamCopyAsync(request, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<bool> AreOnPrimaryAsync(CopyRequest request, CancellationToken cancellationToken) => _chain.AreKnownEmpty()
        || ((await _chain.LocateAsync(request.Source, cancellationToken).ConfigureAwait(false)).IsPrimary
            && (await _chain.LocateAsync(request.Target, cancellationToken).ConfigureAwait(false)).IsPrimary);
}
