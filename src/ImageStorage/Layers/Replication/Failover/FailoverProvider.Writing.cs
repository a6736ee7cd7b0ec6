using ImageStorage.Providers;

namespace ImageStorage.Failover;

internal sealed partial class FailoverProvider
{
    public Task<ImageInfo> PutAsync(PutRequest request, CancellationToken cancellationToken = default) =>
        request.Content.CanRewind ? PutReplayableAsync(request, cancellationToken) : PutSpooledAsync(request, cancellationToken);

    public async Task<ImageInfo?> UpdateAsync(ImageKey key, RecordUpdate update, CancellationToken cancellationToken = default)
    {
        var location = await _chain.LocateAsync(key, cancellationToken).ConfigureAwait(false);
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            ThrowIfUnreadable(location);
            if (location.Fallback is not { } fallback)
            {
                try
                {
                    return RecordWriteSuccess(await _primary.UpdateAsync(key, update, cancellationToken).ConfigureAwait(false));
                }
                catch (StorageUnavailableException exception)
                {
                    RecordWriteFailure(exception);

                    // A fallback cannot change an image that it does not hold, and whether the primary has changed it
                    // is unknown.
                    throw update.Precondition is null ? FailoverErrors.NotHeld(key, _chain.Names, NewFailures(exception)) : FailoverErrors.NotEvaluated(key, _chain.Names, exception);
                }
            }

            var failures = _chain.NewFailures();
            if (location.Failure is { } failure)
            {
                failures.Add(fallback.Position, failure);
                throw await DescribeBlockedAsync(key, fallback, failures, cancellationToken).ConfigureAwait(false);
            }

            if (await OnFallbackAsync(key, fallback, failures, () => _components.Writer.UpdateAsync(fallback, key, update, cancellationToken), cancellationToken).ConfigureAwait(false) is { } answer)
            {
                return answer.Value;
            }

            location = await _chain.LocateAsync(key, cancellationToken).ConfigureAwait(false);
        }

        throw FailoverErrors.Contended(key, Name);
    }

    public async Task<bool> DeleteAsync(ImageKey key, DeleteOptions? options = null, CancellationToken cancellationToken = default)
    {
        var location = await _chain.LocateAsync(key, cancellationToken).ConfigureAwait(false);
        var failure = location.IsPrimary ? GetWriteRefusal(options?.Precondition) : null;
        if (location.IsPrimary && failure is null)
        {
            try
            {
                return RecordWriteSuccess(await _primary.DeleteAsync(key, options, cancellationToken).ConfigureAwait(false));
            }
            catch (StorageUnavailableException exception)
            {
                RecordWriteFailure(exception);
                failure = exception;
            }
        }

        return await HandOffAsync(new FallbackDelete(_components.Writer, key, options?.Precondition), location, NewFailures(failure), cancellationToken).ConfigureAwait(false);
    }

    private async Task<ImageInfo> PutSpooledAsync(PutRequest request, CancellationToken cancellationToken)
    {
        var content = new ReplayableContent(request.Content, _options.SpoolLimit);
        await using (content.ConfigureAwait(false))
        {
            return await PutReplayableAsync(request with { Content = content }, cancellationToken).ConfigureAwait(false);
        }
    }

    private Task<ImageInfo> PutReplayableAsync(PutRequest request, CancellationToken cancellationToken) =>
        _chain.AreKnownEmpty() && GetWriteRefusal(request.Precondition) is null ? PutOnPrimaryAsync(request, cancellationToken) : PutLocatedAsync(request, cancellationToken);

    /// <summary>
    /// Saves to the primary. Nearly all saves end here, so this method keeps as little state as possible.
    /// </summary>
    private async Task<ImageInfo> PutOnPrimaryAsync(PutRequest request, CancellationToken cancellationToken)
    {
        StorageUnavailableException failure;
        try
        {
            var saved = RecordWriteSuccess(await _primary.PutAsync(request, cancellationToken).ConfigureAwait(false));
            _components.PrimaryClock.Learn(saved);
            return saved;
        }
        catch (StorageUnavailableException exception)
        {
            RecordWriteFailure(exception);
            failure = exception;
        }

        return await HandOffAsync(new FallbackSave(_components.Writer, request, Name) { HasBegun = true }, default, NewFailures(failure), cancellationToken).ConfigureAwait(false);
    }

    private async Task<ImageInfo> PutLocatedAsync(PutRequest request, CancellationToken cancellationToken)
    {
        var location = await _chain.LocateAsync(request.Key, cancellationToken).ConfigureAwait(false);
        var refusal = location.IsPrimary ? GetWriteRefusal(request.Precondition) : null;
        return location.IsPrimary && refusal is null
            ? await PutOnPrimaryAsync(request, cancellationToken).ConfigureAwait(false)
            : await HandOffAsync(new FallbackSave(_components.Writer, request, Name), location, NewFailures(refusal), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Returns why the primary is not asked, or null. A write with a precondition always asks it, because only the
    /// primary can evaluate the precondition.
    /// </summary>
    private StorageUnavailableException? GetWriteRefusal(Precondition? precondition) =>
        precondition is null && _components.Health.GetWriteRefusal(_loop is not null) is { } failure ? FailoverErrors.NotAsked(Name, failure) : null;

    private void RecordWriteFailure(StorageUnavailableException failure)
    {
        if (_components.Health.RecordWriteFailure(failure))
        {
            // A single lost request is no outage: the sooner the probe runs, the fewer writes go to the fallback.
            _loop?.Wake();
        }
    }

    private T RecordWriteSuccess<T>(T answer)
    {
        _components.Health.RecordWriteSuccess();
        return answer;
    }

    /// <summary>Runs a write that the primary did not accept, or that must not go to the primary.</summary>
    private async Task<T> HandOffAsync<T>(FallbackWrite<T> write, ImageLocation location, ProviderFailures failures, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            if (!location.IsPrimary || failures[0] is not null)
            {
                if (await OnFallbacksAsync(write, location, failures, cancellationToken).ConfigureAwait(false) is { } answer)
                {
                    return answer.Value;
                }
            }
            else
            {
                // The hint was replayed in the meantime.
                await write.BeginAsync(failures, cancellationToken).ConfigureAwait(false);
                try
                {
                    return RecordWriteSuccess(await write.OnPrimaryAsync(_primary, cancellationToken).ConfigureAwait(false));
                }
                catch (StorageUnavailableException exception)
                {
                    RecordWriteFailure(exception);
                    failures.Add(0, exception);
                }
            }

            location = await _chain.LocateAsync(write.Key, cancellationToken).ConfigureAwait(false);
        }

        throw FailoverErrors.Contended(write.Key, Name);
    }

    /// <summary>
    /// Tries the fallbacks, beginning with the one that holds or may hold the newest state, never an earlier one. A
    /// write without a precondition may pass an unavailable fallback, because its hint on a later fallback supersedes
    /// the state there. Any other write may not.
    /// </summary>
    private async Task<FallbackResult<T>?> OnFallbacksAsync<T>(FallbackWrite<T> write, ImageLocation location, ProviderFailures failures, CancellationToken cancellationToken)
    {
        if (location.Fallback is not { } first)
        {
            if (!write.Replaces)
            {
                throw FailoverErrors.NotEvaluated(write.Key, _chain.Names, failures[0]!);
            }

            first = _chain.Fallbacks[0];
        }

        if (!write.Replaces)
        {
            ThrowIfUnreadable(location);
        }

        for (var i = first.Position - 1; i < _chain.Fallbacks.Length; i++)
        {
            var fallback = _chain.Fallbacks[i];
            if (fallback == location.Fallback && location.Failure is { } unreachable)
            {
                failures.Add(fallback.Position, unreachable);
            }
            else
            {
                await write.BeginAsync(failures, cancellationToken).ConfigureAwait(false);
                try
                {
                    return await write.OnFallbackAsync(fallback, new FallbackCause(failures, fallback == location.Fallback ? null : location.Hint), cancellationToken).ConfigureAwait(false);
                }
                catch (StorageUnavailableException failure)
                {
                    failures.Add(fallback.Position, failure);
                }
            }

            if (!write.Replaces)
            {
                throw await DescribeBlockedAsync(write.Key, fallback, failures, cancellationToken).ConfigureAwait(false);
            }
        }

        await _chain.ProbeOthersAsync(failures, cancellationToken).ConfigureAwait(false);
        throw failures.AreAll ? FailoverErrors.AllDown(write.Key, _chain.Names, failures) : FailoverErrors.NotAccepted(write.Key, _chain.Names, failures);
    }
}
