using ImageStorage.Content;
using ImageStorage.Errors;
using ImageStorage.Providers;

namespace ImageStorage.Failover;

internal sealed partial class FailoverProvider
{
    public Task<ImageInfo> PutAsync(PutRequest request, CancellationToken cancellationToken = default) =>
        request.Content.CanRewind ? PutReplayableAsync(request, cancellationToken) : PutSpooledAsync(request, cancellationToken);

    public async Task<ImageInfo?> UpdateAsync(ImageKey key, ImageUpdate update, CancellationToken cancellationToken = default)
    {
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            StorageUnavailableException? failure = null;
            if (await LookAsync(key, null, cancellationToken).ConfigureAwait(false) is null)
            {
                try
                {
                    return Taken(await _primary.UpdateAsync(key, update, cancellationToken).ConfigureAwait(false));
                }
                catch (StorageUnavailableException exception)
                {
                    WriteFailed(exception);
                    failure = exception;
                }

                // Without the image there is nothing to change on the fallback; and whether the primary has changed it is unknown.
                if (update.Precondition is not null)
                {
                    throw FailoverErrors.NotJudged(key, Name, failure);
                }

                throw FailoverErrors.NotHeld(key, Name, _fallback.Name, failure);
            }

            if (await OnFallbackAsync(key, null, () => _parts.Writer.UpdateAsync(key, update, cancellationToken)).ConfigureAwait(false) is { } answer)
            {
                return answer.Value;
            }
        }

        throw FailoverErrors.Contended(key, Name);
    }

    public async Task<bool> DeleteAsync(ImageKey key, DeleteOptions? options = null, CancellationToken cancellationToken = default)
    {
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            StorageUnavailableException? failure = null;
            if (await LookForWriteAsync(key, options?.Precondition is null, cancellationToken).ConfigureAwait(false)
                && (failure = RefusalOf(options?.Precondition)) is null)
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

                if (options?.Precondition is not null)
                {
                    throw FailoverErrors.NotJudged(key, Name, failure);
                }
            }

            if (await OnFallbackAsync(key, failure, () => _parts.Writer.DeleteAsync(key, options?.Precondition, failure, cancellationToken)).ConfigureAwait(false) is { } answer)
            {
                return answer.Value;
            }
        }

        throw FailoverErrors.Contended(key, Name);
    }

    private async Task<ImageInfo> PutSpooledAsync(PutRequest request, CancellationToken cancellationToken)
    {
        var content = new ReplayableContent(request.Content, _options.SpoolLimit);
        await using (content.ConfigureAwait(false))
        {
            return await PutReplayableAsync(request with { Content = content }, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<ImageInfo> PutReplayableAsync(PutRequest request, CancellationToken cancellationToken)
    {
        StorageUnavailableException? failure = null;
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            if (attempt > 0)
            {
                await RewindAsync(request, failure, cancellationToken).ConfigureAwait(false);
            }

            if (failure is null && await LookForWriteAsync(request.Key, request.Precondition is null, cancellationToken).ConfigureAwait(false)
                && (failure = RefusalOf(request.Precondition)) is null)
            {
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

                if (request.Precondition is not null)
                {
                    throw FailoverErrors.NotJudged(request.Key, Name, failure);
                }

                await RewindAsync(request, failure, cancellationToken).ConfigureAwait(false);
            }

            if (await OnFallbackAsync(request.Key, failure, () => _parts.Writer.SaveAsync(request, failure, cancellationToken)).ConfigureAwait(false) is { } stored)
            {
                return stored;
            }
        }

        throw FailoverErrors.Contended(request.Key, Name);
    }

    private async ValueTask RewindAsync(PutRequest request, StorageUnavailableException? failure, CancellationToken cancellationToken)
    {
        if (!request.Content.CanRewind)
        {
            throw failure is null ? FailoverErrors.Contended(request.Key, Name) : FailoverErrors.NotRepeatable(request.Key, Name, failure);
        }

        await request.Content.RewindAsync(cancellationToken).ConfigureAwait(false);
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

    /// <summary>Does a write go to the primary? One that replaces whatever there is may also replace a note that cannot be read.</summary>
    private async ValueTask<bool> LookForWriteAsync(ImageKey key, bool replaces, CancellationToken cancellationToken)
    {
        try
        {
            return await LookAsync(key, null, cancellationToken).ConfigureAwait(false) is null;
        }
        catch (StorageCorruptedException) when (replaces)
        {
            return false;
        }
    }
}
