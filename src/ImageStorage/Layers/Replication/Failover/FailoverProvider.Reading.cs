using System.Runtime.ExceptionServices;
using ImageStorage.Providers;

namespace ImageStorage.Failover;

internal sealed partial class FailoverProvider
{
    public Task<ImageInfo?> GetInfoAsync(ImageKey key, CancellationToken cancellationToken = default) => ReadAsync(
        key,
        0,
        static (primary, key, _, token) => primary.GetInfoAsync(key, token),
        static (payloads, hint, _, token) => payloads.GetInfoAsync(hint, token),
        cancellationToken);

    public Task<StoredImage?> OpenReadAsync(ImageKey key, GetOptions? options = null, CancellationToken cancellationToken = default) => ReadAsync(
        key,
        options,
        static (primary, key, options, token) => primary.OpenReadAsync(key, options, token),
        static (payloads, hint, options, token) => payloads.OpenAsync(hint, options, token),
        cancellationToken);

    public async Task<ImagePage> ListAsync(ImageQuery query, CancellationToken cancellationToken = default)
    {
        try
        {
            return RecordSuccess(await _chain.AreEmptyAsync(cancellationToken).ConfigureAwait(false)
                ? await _primary.ListAsync(query, cancellationToken).ConfigureAwait(false)
                : await _components.Merge.ListAsync(query, cancellationToken).ConfigureAwait(false));
        }
        catch (StorageUnavailableException failure)
        {
            throw await DescribeNotListedAsync(failure, cancellationToken).ConfigureAwait(false);
        }
    }

    public async Task<StorageUsage> GetUsageAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            return RecordSuccess(await _chain.AreEmptyAsync(cancellationToken).ConfigureAwait(false)
                ? await _primary.GetUsageAsync(cancellationToken).ConfigureAwait(false)
                : await _components.Merge.GetUsageAsync(cancellationToken).ConfigureAwait(false));
        }
        catch (StorageUnavailableException failure)
        {
            throw await DescribeNotListedAsync(failure, cancellationToken).ConfigureAwait(false);
        }
    }

    private Task<T?> ReadAsync<TCall, T>(
        ImageKey key,
        TCall call,
        Func<IImageProvider, ImageKey, TCall, CancellationToken, Task<T?>> ofPrimary,
        Func<HintPayloads, ImageHint, TCall, CancellationToken, Task<T?>> ofFallback,
        CancellationToken cancellationToken)
        where T : class =>
        _chain.AreKnownEmpty() ? ReadPrimaryAsync(key, call, ofPrimary, ofFallback, cancellationToken) : ReadLocatedAsync(key, call, ofPrimary, ofFallback, cancellationToken);

    /// <summary>
    /// Reads from the primary. Nearly all reads end here, so this method keeps as little state as possible.
    /// </summary>
    private async Task<T?> ReadPrimaryAsync<TCall, T>(
        ImageKey key,
        TCall call,
        Func<IImageProvider, ImageKey, TCall, CancellationToken, Task<T?>> ofPrimary,
        Func<HintPayloads, ImageHint, TCall, CancellationToken, Task<T?>> ofFallback,
        CancellationToken cancellationToken)
        where T : class
    {
        StorageUnavailableException failure;
        try
        {
            return RecordSuccess(await ofPrimary(_primary, key, call, cancellationToken).ConfigureAwait(false));
        }
        catch (StorageUnavailableException exception)
        {
            _components.Health.RecordFailure(exception);
            failure = exception;
        }

        return await ReadHintedAsync(key, default, call, ofPrimary, ofFallback, NewFailures(failure), cancellationToken).ConfigureAwait(false);
    }

    private async Task<T?> ReadLocatedAsync<TCall, T>(
        ImageKey key,
        TCall call,
        Func<IImageProvider, ImageKey, TCall, CancellationToken, Task<T?>> ofPrimary,
        Func<HintPayloads, ImageHint, TCall, CancellationToken, Task<T?>> ofFallback,
        CancellationToken cancellationToken)
        where T : class
    {
        var location = await _chain.LocateAsync(key, cancellationToken).ConfigureAwait(false);
        return location.IsPrimary
            ? await ReadPrimaryAsync(key, call, ofPrimary, ofFallback, cancellationToken).ConfigureAwait(false)
            : await ReadHintedAsync(key, location, call, ofPrimary, ofFallback, NewFailures(null), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Reads the state that a hint describes. If the hint is replayed or replaced in the meantime, the image is located
    /// again.
    /// </summary>
    private async Task<T?> ReadHintedAsync<TCall, T>(
        ImageKey key,
        ImageLocation location,
        TCall call,
        Func<IImageProvider, ImageKey, TCall, CancellationToken, Task<T?>> ofPrimary,
        Func<HintPayloads, ImageHint, TCall, CancellationToken, Task<T?>> ofFallback,
        ProviderFailures failures,
        CancellationToken cancellationToken)
        where T : class
    {
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            if (location is not { Fallback: { } fallback, Hint: { } hint })
            {
                location = await LocateNextAsync(key, location, failures, cancellationToken).ConfigureAwait(false);
                if (!location.IsPrimary)
                {
                    continue;
                }

                // No hint is left: the primary counts.
                try
                {
                    return RecordSuccess(await ofPrimary(_primary, key, call, cancellationToken).ConfigureAwait(false));
                }
                catch (StorageUnavailableException exception)
                {
                    _components.Health.RecordFailure(exception);
                    failures.Add(0, exception);
                    continue;
                }
            }

            var expected = (call as GetOptions)?.IfMatch;
            if (hint.Kind == HintKind.Delete)
            {
                return expected is null ? null : throw ProviderErrors.Conflict(key, Name, null);
            }

            if (await OnFallbackAsync(key, fallback, failures, () => ofFallback(fallback.Payloads, hint, call, cancellationToken), cancellationToken).ConfigureAwait(false) is { } found)
            {
                return await CheckVersionAsync(key, found, expected).ConfigureAwait(false);
            }

            location = await _chain.LocateAgainAsync(key, failures, cancellationToken).ConfigureAwait(false);
            if (location.Hint?.Id == hint.Id)
            {
                throw FailoverErrors.Lost(hint, fallback.Name);
            }
        }

        throw FailoverErrors.Contended(key, Name);
    }

    /// <summary>
    /// Returns where to read next when no hint is known: the primary, unless it has failed; otherwise the last fallback
    /// with a hint by now.
    /// </summary>
    private async Task<ImageLocation> LocateNextAsync(ImageKey key, ImageLocation location, ProviderFailures failures, CancellationToken cancellationToken)
    {
        if (location.IsPrimary)
        {
            if (failures[0] is null)
            {
                return location;
            }

            location = await _chain.LocateAgainAsync(key, failures, cancellationToken).ConfigureAwait(false);
            if (location.IsPrimary)
            {
                throw failures.AreAll ? FailoverErrors.AllDown(key, _chain.Names, failures) : FailoverErrors.NotHeld(key, _chain.Names, failures);
            }
        }

        if (location.Failure is { } failure)
        {
            failures.Add(location.Fallback!.Position, failure);
            throw await DescribeBlockedAsync(key, location.Fallback, failures, cancellationToken).ConfigureAwait(false);
        }

        ThrowIfUnreadable(location);
        return location;
    }

    private static void ThrowIfUnreadable(ImageLocation location)
    {
        if (location.Unreadable is { } unreadable)
        {
            ExceptionDispatchInfo.Throw(unreadable);
        }
    }

    /// <summary>Runs a part of a call that only one fallback can do.</summary>
    private async Task<T> OnFallbackAsync<T>(ImageKey key, FallbackPart fallback, ProviderFailures failures, Func<Task<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (StorageUnavailableException failure)
        {
            failures.Add(fallback.Position, failure);
        }

        throw await DescribeBlockedAsync(key, fallback, failures, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<T> CheckVersionAsync<T>(ImageKey key, T found, ImageETag? expected)
        where T : class
    {
        if (found is StoredImage image && expected is not null && image.Info.ETag != expected)
        {
            await image.DisposeAsync().ConfigureAwait(false);
            throw ProviderErrors.Conflict(key, Name, image.Info.ETag);
        }

        return found;
    }

    private async Task<StorageUnavailableException> DescribeNotListedAsync(StorageUnavailableException failure, CancellationToken cancellationToken)
    {
        // The failure does not always name its provider, so each one is asked.
        var failures = _chain.NewFailures();
        await _chain.ProbeOthersAsync(failures, cancellationToken).ConfigureAwait(false);
        if (failures[0] is { } ofPrimary)
        {
            _components.Health.RecordFailure(ofPrimary);
        }

        return FailoverErrors.NotListed(_chain.Names, failure, failures);
    }
}
