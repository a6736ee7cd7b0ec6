using System.Runtime.ExceptionServices;
using ImageStorage.Providers;

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
            return Answered(await _chain.IsQuietAsync(cancellationToken).ConfigureAwait(false)
                ? await _primary.ListAsync(query, cancellationToken).ConfigureAwait(false)
                : await _parts.Merge.ListAsync(query, cancellationToken).ConfigureAwait(false));
        }
        catch (StorageUnavailableException failure)
        {
            throw await NotListedAsync(failure, cancellationToken).ConfigureAwait(false);
        }
    }

    public async Task<StorageUsage> GetUsageAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            return Answered(await _chain.IsQuietAsync(cancellationToken).ConfigureAwait(false)
                ? await _primary.GetUsageAsync(cancellationToken).ConfigureAwait(false)
                : await _parts.Merge.GetUsageAsync(cancellationToken).ConfigureAwait(false));
        }
        catch (StorageUnavailableException failure)
        {
            throw await NotListedAsync(failure, cancellationToken).ConfigureAwait(false);
        }
    }

    private Task<T?> ReadAsync<TCall, T>(
        ImageKey key,
        TCall call,
        Func<IImageProvider, ImageKey, TCall, CancellationToken, Task<T?>> ofPrimary,
        Func<HandoffImages, HandoffHint, TCall, CancellationToken, Task<T?>> ofFallback,
        CancellationToken cancellationToken)
        where T : class =>
        _chain.IsKnownQuiet() ? ReadPrimaryAsync(key, call, ofPrimary, ofFallback, cancellationToken) : ReadFoundAsync(key, call, ofPrimary, ofFallback, cancellationToken);

    /// <summary>The way of nearly all reads, with no more to keep in mind than it needs.</summary>
    private async Task<T?> ReadPrimaryAsync<TCall, T>(
        ImageKey key,
        TCall call,
        Func<IImageProvider, ImageKey, TCall, CancellationToken, Task<T?>> ofPrimary,
        Func<HandoffImages, HandoffHint, TCall, CancellationToken, Task<T?>> ofFallback,
        CancellationToken cancellationToken)
        where T : class
    {
        StorageUnavailableException failure;
        try
        {
            return Answered(await ofPrimary(_primary, key, call, cancellationToken).ConfigureAwait(false));
        }
        catch (StorageUnavailableException exception)
        {
            _parts.Health.Failed(exception);
            failure = exception;
        }

        return await ReadWaitingAsync(key, default, call, ofPrimary, ofFallback, FailuresOf(failure), cancellationToken).ConfigureAwait(false);
    }

    private async Task<T?> ReadFoundAsync<TCall, T>(
        ImageKey key,
        TCall call,
        Func<IImageProvider, ImageKey, TCall, CancellationToken, Task<T?>> ofPrimary,
        Func<HandoffImages, HandoffHint, TCall, CancellationToken, Task<T?>> ofFallback,
        CancellationToken cancellationToken)
        where T : class
    {
        var place = await _chain.FindAsync(key, cancellationToken).ConfigureAwait(false);
        return place.IsPrimary
            ? await ReadPrimaryAsync(key, call, ofPrimary, ofFallback, cancellationToken).ConfigureAwait(false)
            : await ReadWaitingAsync(key, place, call, ofPrimary, ofFallback, FailuresOf(null), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads what a note stands for. An image that is settled or replaced meanwhile is looked for again.</summary>
    private async Task<T?> ReadWaitingAsync<TCall, T>(
        ImageKey key,
        HandoffPlace place,
        TCall call,
        Func<IImageProvider, ImageKey, TCall, CancellationToken, Task<T?>> ofPrimary,
        Func<HandoffImages, HandoffHint, TCall, CancellationToken, Task<T?>> ofFallback,
        ProviderFailures failures,
        CancellationToken cancellationToken)
        where T : class
    {
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            if (place is not { Side: { } side, Hint: { } hint })
            {
                place = await NextPlaceAsync(key, place, failures, cancellationToken).ConfigureAwait(false);
                if (!place.IsPrimary)
                {
                    continue;
                }

                // Nothing waits any more: the primary counts.
                try
                {
                    return Answered(await ofPrimary(_primary, key, call, cancellationToken).ConfigureAwait(false));
                }
                catch (StorageUnavailableException exception)
                {
                    _parts.Health.Failed(exception);
                    failures.Add(0, exception);
                    continue;
                }
            }

            var expected = (call as GetOptions)?.IfMatch;
            if (hint.Kind == HandoffKind.Delete)
            {
                return expected is null ? null : throw ImageConflictException.For(key, Name, null);
            }

            if (await OnSideAsync(key, side, failures, () => ofFallback(side.Images, hint, call, cancellationToken), cancellationToken).ConfigureAwait(false) is { } found)
            {
                return await CheckVersionAsync(key, found, expected).ConfigureAwait(false);
            }

            place = await _chain.FindAnewAsync(key, failures, cancellationToken).ConfigureAwait(false);
            if (place.Hint?.Id == hint.Id)
            {
                throw FailoverErrors.Lost(hint, side.Name);
            }
        }

        throw FailoverErrors.Contended(key, Name);
    }

    /// <summary>Where to read next, where there is no note to read by: the primary, unless it has failed; then whatever fallback has a note by now.</summary>
    private async Task<HandoffPlace> NextPlaceAsync(ImageKey key, HandoffPlace place, ProviderFailures failures, CancellationToken cancellationToken)
    {
        if (place.IsPrimary)
        {
            if (failures[0] is null)
            {
                return place;
            }

            place = await _chain.FindAnewAsync(key, failures, cancellationToken).ConfigureAwait(false);
            if (place.IsPrimary)
            {
                throw failures.AreAll ? FailoverErrors.AllDown(key, _chain.Names, failures) : FailoverErrors.NotHeld(key, _chain.Names, failures);
            }
        }

        if (place.Failure is { } failure)
        {
            failures.Add(place.Side!.Position, failure);
            throw await BlockedAsync(key, place.Side, failures, cancellationToken).ConfigureAwait(false);
        }

        ThrowIfUnreadable(place);
        return place;
    }

    private static void ThrowIfUnreadable(HandoffPlace place)
    {
        if (place.Unreadable is { } unreadable)
        {
            ExceptionDispatchInfo.Throw(unreadable);
        }
    }

    /// <summary>Runs a part of a call that only one fallback can do.</summary>
    private async Task<T> OnSideAsync<T>(ImageKey key, HandoffSide side, ProviderFailures failures, Func<Task<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (StorageUnavailableException failure)
        {
            failures.Add(side.Position, failure);
        }

        throw await BlockedAsync(key, side, failures, cancellationToken).ConfigureAwait(false);
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

    private async Task<StorageUnavailableException> NotListedAsync(StorageUnavailableException failure, CancellationToken cancellationToken)
    {
        // Which of them it was, its name does not always say.
        var failures = _chain.NewFailures();
        await _chain.AskOthersAsync(failures, cancellationToken).ConfigureAwait(false);
        if (failures[0] is { } ofPrimary)
        {
            _parts.Health.Failed(ofPrimary);
        }

        return FailoverErrors.NotListed(_chain.Names, failure, failures);
    }
}
