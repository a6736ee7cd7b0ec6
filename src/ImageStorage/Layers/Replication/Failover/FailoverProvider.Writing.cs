using ImageStorage.Providers;

namespace ImageStorage.Failover;

internal sealed partial class FailoverProvider
{
    public Task<ImageInfo> PutAsync(PutRequest request, CancellationToken cancellationToken = default) =>
        request.Content.CanRewind ? PutReplayableAsync(request, cancellationToken) : PutSpooledAsync(request, cancellationToken);

    public async Task<ImageInfo?> UpdateAsync(ImageKey key, ImageUpdate update, CancellationToken cancellationToken = default)
    {
        var place = await _chain.FindAsync(key, cancellationToken).ConfigureAwait(false);
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            ThrowIfUnreadable(place);
            if (place.Side is not { } side)
            {
                try
                {
                    return Taken(await _primary.UpdateAsync(key, update, cancellationToken).ConfigureAwait(false));
                }
                catch (StorageUnavailableException exception)
                {
                    WriteFailed(exception);

                    // Without the image there is nothing to change on a fallback; and whether the primary has changed it is unknown.
                    throw update.Precondition is null ? FailoverErrors.NotHeld(key, _chain.Names, FailuresOf(exception)) : FailoverErrors.NotJudged(key, _chain.Names, exception);
                }
            }

            var failures = _chain.NewFailures();
            if (place.Failure is { } failure)
            {
                failures.Add(side.Position, failure);
                throw await BlockedAsync(key, side, failures, cancellationToken).ConfigureAwait(false);
            }

            if (await OnSideAsync(key, side, failures, () => _parts.Writer.UpdateAsync(side, key, update, cancellationToken), cancellationToken).ConfigureAwait(false) is { } answer)
            {
                return answer.Value;
            }

            place = await _chain.FindAsync(key, cancellationToken).ConfigureAwait(false);
        }

        throw FailoverErrors.Contended(key, Name);
    }

    public async Task<bool> DeleteAsync(ImageKey key, DeleteOptions? options = null, CancellationToken cancellationToken = default)
    {
        var place = await _chain.FindAsync(key, cancellationToken).ConfigureAwait(false);
        var failure = place.IsPrimary ? RefusalOf(options?.Precondition) : null;
        if (place.IsPrimary && failure is null)
        {
            try
            {
                return Taken(await _primary.DeleteAsync(key, options, cancellationToken).ConfigureAwait(false));
            }
            catch (StorageUnavailableException exception)
            {
                WriteFailed(exception);
                failure = exception;
            }
        }

        return await HandOffAsync(new DeleteHandoff(_parts.Writer, key, options?.Precondition), place, FailuresOf(failure), cancellationToken).ConfigureAwait(false);
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
        _chain.IsKnownQuiet() && RefusalOf(request.Precondition) is null ? PutOnPrimaryAsync(request, cancellationToken) : PutWhereItBelongsAsync(request, cancellationToken);

    /// <summary>The way of nearly all saves, with no more to keep in mind than it needs.</summary>
    private async Task<ImageInfo> PutOnPrimaryAsync(PutRequest request, CancellationToken cancellationToken)
    {
        StorageUnavailableException failure;
        try
        {
            var saved = Taken(await _primary.PutAsync(request, cancellationToken).ConfigureAwait(false));
            _parts.PrimaryClock.Learn(saved);
            return saved;
        }
        catch (StorageUnavailableException exception)
        {
            WriteFailed(exception);
            failure = exception;
        }

        return await HandOffAsync(new SaveHandoff(_parts.Writer, request, Name) { HasBegun = true }, default, FailuresOf(failure), cancellationToken).ConfigureAwait(false);
    }

    private async Task<ImageInfo> PutWhereItBelongsAsync(PutRequest request, CancellationToken cancellationToken)
    {
        var place = await _chain.FindAsync(request.Key, cancellationToken).ConfigureAwait(false);
        var refusal = place.IsPrimary ? RefusalOf(request.Precondition) : null;
        return place.IsPrimary && refusal is null
            ? await PutOnPrimaryAsync(request, cancellationToken).ConfigureAwait(false)
            : await HandOffAsync(new SaveHandoff(_parts.Writer, request, Name), place, FailuresOf(refusal), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Why a write is not even tried on the primary. One with a precondition always is: nobody else can judge it.</summary>
    private StorageUnavailableException? RefusalOf(Precondition? precondition) =>
        precondition is null && _parts.Health.WriteRefusal(_loop is not null) is { } failure ? FailoverErrors.NotAsked(Name, failure) : null;

    private void WriteFailed(StorageUnavailableException failure)
    {
        if (_parts.Health.WriteFailed(failure))
        {
            // One lost request is no outage: the sooner somebody asks, the fewer writes are handed off for it.
            _loop?.Wake();
        }
    }

    private T Taken<T>(T answer)
    {
        _parts.Health.WriteTaken();
        return answer;
    }

    /// <summary>A write that the primary did not take, or that must not go to it.</summary>
    private async Task<T> HandOffAsync<T>(Handoff<T> write, HandoffPlace place, ProviderFailures failures, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            if (!place.IsPrimary || failures[0] is not null)
            {
                if (await OnSidesAsync(write, place, failures, cancellationToken).ConfigureAwait(false) is { } answer)
                {
                    return answer.Value;
                }
            }
            else
            {
                // It was settled meanwhile.
                await write.BeginAsync(failures, cancellationToken).ConfigureAwait(false);
                try
                {
                    return Taken(await write.OnPrimaryAsync(_primary, cancellationToken).ConfigureAwait(false));
                }
                catch (StorageUnavailableException exception)
                {
                    WriteFailed(exception);
                    failures.Add(0, exception);
                }
            }

            place = await _chain.FindAsync(write.Key, cancellationToken).ConfigureAwait(false);
        }

        throw FailoverErrors.Contended(write.Key, Name);
    }

    /// <summary>
    /// Tries the fallbacks, from the one on that holds the newest state or may hold it: never one before. A write that replaces whatever there is may go past it, since its
    /// note further down supersedes what is there; one that has to be judged may not.
    /// </summary>
    private async Task<HandoffAnswer<T>?> OnSidesAsync<T>(Handoff<T> write, HandoffPlace place, ProviderFailures failures, CancellationToken cancellationToken)
    {
        if (place.Side is not { } first)
        {
            if (!write.Replaces)
            {
                throw FailoverErrors.NotJudged(write.Key, _chain.Names, failures[0]!);
            }

            first = _chain.Sides[0];
        }

        if (!write.Replaces)
        {
            ThrowIfUnreadable(place);
        }

        for (var i = first.Position - 1; i < _chain.Sides.Length; i++)
        {
            var side = _chain.Sides[i];
            if (side == place.Side && place.Failure is { } unreachable)
            {
                failures.Add(side.Position, unreachable);
            }
            else
            {
                await write.BeginAsync(failures, cancellationToken).ConfigureAwait(false);
                try
                {
                    return await write.OnSideAsync(side, new HandoffCause(failures, side == place.Side ? null : place.Hint), cancellationToken).ConfigureAwait(false);
                }
                catch (StorageUnavailableException failure)
                {
                    failures.Add(side.Position, failure);
                }
            }

            if (!write.Replaces)
            {
                throw await BlockedAsync(write.Key, side, failures, cancellationToken).ConfigureAwait(false);
            }
        }

        await _chain.AskOthersAsync(failures, cancellationToken).ConfigureAwait(false);
        throw failures.AreAll ? FailoverErrors.AllDown(write.Key, _chain.Names, failures) : FailoverErrors.NotTaken(write.Key, _chain.Names, failures);
    }
}
