using ImageStorage.Providers;

namespace ImageStorage.Caching;

/// <summary>
/// Invalidates the cached image that a copy replaces, and the cached source if the copy shows that it is outdated.
/// </summary>
internal sealed class InvalidatingCopyProvider(ICopyProvider inner, Func<ImageKey, ValueTask> invalidate) : ICopyProvider
{
    public async Task<ImageInfo> CopyAsync(CopyRequest request, CancellationToken cancellationToken = default)
    {
        try
        {
            return await inner.CopyAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (ImageConflictException conflict) when (conflict.Key == request.Source)
        {
            await invalidate(request.Source).ConfigureAwait(false);
            throw;
        }
        finally
        {
            await invalidate(request.Target).ConfigureAwait(false);
        }
    }
}
