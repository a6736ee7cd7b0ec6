using ImageStorage.Errors;
using ImageStorage.Listing;

namespace ImageStorage.Failover;

internal sealed partial class FailoverProvider
{
    public Task<ImageInfo?> GetInfoAsync(ImageKey key, CancellationToken cancellationToken = default) => ReadAsync(
        key,
        0,
        static (primary, key, _, token) => primary.GetInfoAsync(key, token),
        static (images, hint, _, token) => images.GetInfoAsync(hint, token),
        cancellationToken);

    public Task<StoredImage?> OpenReadAsync(ImageKey key, GetOptions? options = null, CancellationToken cancellationToken = default) => ReadAsync(
        key,
        options,
        static (primary, key, options, token) => primary.OpenReadAsync(key, options, token),
        static (images, hint, options, token) => images.OpenAsync(hint, options?.Range, token),
        cancellationToken);

    public async Task<ImagePage> ListAsync(ImageQuery query, CancellationToken cancellationToken = default)
    {
        try
        {
            return Answered(await IsNothingWaitingAsync(cancellationToken).ConfigureAwait(false)
                ? await _primary.ListAsync(query, cancellationToken).ConfigureAwait(false)
                : await _parts.Merge.ListAsync(query, cancellationToken).ConfigureAwait(false));
        }
        catch (StorageUnavailableException failure)
        {
            throw NotListed(failure);
        }
    }

    public async Task<StorageUsage> GetUsageAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            return Answered(await IsNothingWaitingAsync(cancellationToken).ConfigureAwait(false)
                ? await _primary.GetUsageAsync(cancellationToken).ConfigureAwait(false)
                : await _parts.Merge.GetUsageAsync(cancellationToken).ConfigureAwait(false));
        }
        catch (StorageUnavailableException failure)
        {
            throw NotListed(failure);
        }
    }

    private async Task<T?> ReadAsync<TCall, T>(
        ImageKey key,
        TCall call,
        Func<Providers.IImageProvider, ImageKey, TCall, CancellationToken, Task<T?>> ofPrimary,
        Func<HandoffImages, HandoffHint, TCall, CancellationToken, Task<T?>> ofFallback,
        CancellationToken cancellationToken)
        where T : class
    {
        var hint = await LookAsync(key, null, cancellationToken).ConfigureAwait(false);
        StorageUnavailableException? failure = null;
        if (hint is null)
        {
            try
            {
                return Answered(await ofPrimary(_primary, key, call, cancellationToken).ConfigureAwait(false));
            }
            catch (StorageUnavailableException exception)
            {
                _parts.Health.Failed(exception);
                failure = exception;
            }

            hint = await LookAsync(key, failure, cancellationToken).ConfigureAwait(false);
        }

        return await ReadWaitingAsync(key, hint, call, ofPrimary, ofFallback, failure, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads what a note stands for. An image that is settled or replaced meanwhile is looked for again.</summary>
    private async Task<T?> ReadWaitingAsync<TCall, T>(
        ImageKey key,
        HandoffHint? hint,
        TCall call,
        Func<Providers.IImageProvider, ImageKey, TCall, CancellationToken, Task<T?>> ofPrimary,
        Func<HandoffImages, HandoffHint, TCall, CancellationToken, Task<T?>> ofFallback,
        StorageUnavailableException? failure,
        CancellationToken cancellationToken)
        where T : class
    {
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            if (hint is null)
            {
                try
                {
                    return failure is null ? Answered(await ofPrimary(_primary, key, call, cancellationToken).ConfigureAwait(false)) : throw FailoverErrors.NotHeld(key, Name, _fallback.Name, failure);
                }
                catch (StorageUnavailableException exception) when (failure is null)
                {
                    _parts.Health.Failed(exception);
                    throw FailoverErrors.NotHeld(key, Name, _fallback.Name, exception);
                }
            }

            var seen = hint;
            var expected = (call as GetOptions)?.IfMatch;
            if (seen.Kind == HandoffKind.Delete)
            {
                return expected is null ? null : throw ImageConflictException.For(key, Name, null);
            }

            if (await OnFallbackAsync(key, failure, () => ofFallback(_parts.Images, seen, call, cancellationToken)).ConfigureAwait(false) is { } found)
            {
                return await CheckVersionAsync(key, found, expected).ConfigureAwait(false);
            }

            hint = await LookAgainAsync(key, failure, cancellationToken).ConfigureAwait(false);
            if (hint?.Id == seen.Id)
            {
                throw FailoverErrors.Lost(seen, _fallback.Name);
            }
        }

        throw FailoverErrors.Contended(key, Name);
    }

    private async ValueTask<T> CheckVersionAsync<T>(ImageKey key, T found, ImageETag? expected)
        where T : class
    {
        if (found is StoredImage image && expected is not null && image.Info.ETag != expected)
        {
            await image.DisposeAsync().ConfigureAwait(false);
            throw ImageConflictException.For(key, Name, image.Info.ETag);
        }

        return found;
    }

    private T Answered<T>(T answer)
    {
        _parts.Health.Answered();
        return answer;
    }

    private StorageUnavailableException NotListed(StorageUnavailableException failure)
    {
        if (failure.Provider == Name)
        {
            _parts.Health.Failed(failure);
        }

        return FailoverErrors.NotListed(Name, _fallback.Name, failure);
    }
}
