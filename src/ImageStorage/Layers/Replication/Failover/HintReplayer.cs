using System.Runtime.ExceptionServices;
using ImageStorage.Providers;
using ImageStorage.Replication;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Failover;

/// <summary>
/// Replays the last hint of an image to the primary, and removes all hints of the image, the last one last: from then
/// on, the primary counts. A crash at any point leaves the last hint, and the next attempt finds out what was done.
/// </summary>
internal sealed class HintReplayer(IImageProvider primary, FallbackChain chain, KeyLocks locks, PrimaryHealth health, PrimaryClock primaryClock, FailoverOptions options, TimeProvider clock, IStorageEventSink events, ILogger logger)
{
    private const int MaxAttempts = 5;

    /// <summary>
    /// Replays the hints of one image. Returns null if there is no hint, if the image is being written, or if a
    /// fallback that may have a later hint is unavailable.
    /// </summary>
    /// <param name="key">The image.</param>
    /// <param name="unreachable">The fallbacks that did not answer in this round; they are not asked again.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public async Task<ReplayOutcome?> ReplayAsync(ImageKey key, IReadOnlyCollection<FallbackPart> unreachable, CancellationToken cancellationToken)
    {
        using var held = await locks.EnterAsync(key, cancellationToken).ConfigureAwait(false);
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            if (await FindLastHintAsync(key, unreachable, cancellationToken).ConfigureAwait(false) is not { } last)
            {
                return null;
            }

            try
            {
                var outcome = await ApplyAsync(last.Fallback, last.Hint, cancellationToken).ConfigureAwait(false);
                return await RemoveEarlierAsync(last.Fallback, key, unreachable, cancellationToken).ConfigureAwait(false)
                    && await FinishAsync(last.Fallback, last.Hint, outcome, cancellationToken).ConfigureAwait(false) ? outcome : null;
            }
            catch (ImageConflictException exception) when (exception.Key == key)
            {
                // Another writer, perhaps another process with the same hint, changed the primary since the read: read
                // again.
            }
            catch (ImageCorruptedException)
            {
                if (await IsUnchangedAsync(last.Fallback, last.Hint, cancellationToken).ConfigureAwait(false))
                {
                    throw;
                }

                // Another process replayed or replaced the hint since it was read, and then deleted the payload: read
                // again.
            }
        }

        return null;
    }

    /// <summary>
    /// Returns the last hint of the image. Returns null if there is none, or if a later fallback may have one: an
    /// earlier hint is never replayed then.
    /// </summary>
    private async Task<(FallbackPart Fallback, ImageHint Hint)?> FindLastHintAsync(ImageKey key, IReadOnlyCollection<FallbackPart> unreachable, CancellationToken cancellationToken)
    {
        for (var i = chain.Fallbacks.Length - 1; i >= 0; i--)
        {
            var fallback = chain.Fallbacks[i];
            if (unreachable.Contains(fallback))
            {
                if (fallback.View.IsKnownToBeEmpty)
                {
                    continue;
                }

                return null;
            }

            if (await fallback.Hints.GetAsync(key, cancellationToken).ConfigureAwait(false) is { } hint)
            {
                return (fallback, hint);
            }
        }

        return null;
    }

    /// <summary>
    /// Returns whether a hint is still the one that was read. If not, its payload was deleted rightly.
    /// </summary>
    private static async Task<bool> IsUnchangedAsync(FallbackPart fallback, ImageHint hint, CancellationToken cancellationToken) =>
        await fallback.Hints.GetAsync(hint.Key, cancellationToken).ConfigureAwait(false) is { } current && current.Id == hint.Id;

    private async Task<ReplayOutcome> ApplyAsync(FallbackPart fallback, ImageHint hint, CancellationToken cancellationToken)
    {
        ImageInfo? current;
        try
        {
            current = await OnPrimaryAsync(() => primary.GetInfoAsync(hint.Key, cancellationToken)).ConfigureAwait(false);
        }
        catch (ImageCorruptedException)
        {
            // A damaged version needs no protection: the payload replaces it.
            return await WriteAsync(fallback, hint, null, null, cancellationToken).ConfigureAwait(false);
        }

        if (current is not null && IsClearlyNewer(current, hint) && !await IsSameAsync(fallback, hint, current, cancellationToken).ConfigureAwait(false))
        {
            return ReplayOutcome.PrimaryNewer;
        }

        return await WriteAsync(fallback, hint, current, current is null ? IfNoneMatch.Any : new IfMatch(current.ETag), cancellationToken).ConfigureAwait(false);
    }

    private async Task<ReplayOutcome> WriteAsync(FallbackPart fallback, ImageHint hint, ImageInfo? current, Precondition? precondition, CancellationToken cancellationToken)
    {
        if (hint.Kind == HintKind.Delete)
        {
            if (current is null && precondition is not null)
            {
                return ReplayOutcome.AlreadyApplied;
            }

            await OnPrimaryAsync(() => primary.DeleteAsync(hint.Key, new DeleteOptions { Precondition = precondition as IfMatch }, cancellationToken)).ConfigureAwait(false);
            return ReplayOutcome.Deleted;
        }

        if (current is not null && await IsSameAsync(fallback, hint, current, cancellationToken).ConfigureAwait(false))
        {
            return ReplayOutcome.AlreadyApplied;
        }

        var payload = await fallback.Payloads.OpenAsync(hint, null, cancellationToken).ConfigureAwait(false) ?? throw FailoverErrors.Lost(hint, fallback.Name);
        var content = new StoredContent(payload);
        await using (content.ConfigureAwait(false))
        {
            var createdAt = hint.CreatedAt ?? current?.CreatedAt ?? payload.Info.CreatedAt;
            var saved = await OnPrimaryAsync(() => primary.PutAsync(ImageCopies.RequestOf(payload.Info, hint.Key, content, precondition, createdAt), cancellationToken)).ConfigureAwait(false);
            primaryClock.Learn(saved);

            // The image has a new version on the primary. A delete was published when it was acknowledged.
            if (events.IsEnabled)
            {
                events.Publish(new ImageSaved { At = clock.GetUtcNow(), Info = saved });
            }

            return saved.Digest == payload.Info.Digest
                ? ReplayOutcome.Saved
                : throw new ImageCorruptedException($"Image '{hint.Key}' has another digest on the primary {primary.Name} than on the fallback {fallback.Name} it was copied from. The hint remains on the fallback; verify the primary.") { Key = hint.Key, Provider = primary.Name };
        }
    }

    private async Task<T> OnPrimaryAsync<T>(Func<Task<T>> call)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (StorageUnavailableException failure)
        {
            health.RecordFailure(failure);
            throw;
        }
        catch (ImageSourceException exception) when (exception.InnerException is StorageUnavailableException ofFallback)
        {
            // The fallback became unavailable while its payload was copied; the primary did not fail.
            ExceptionDispatchInfo.Throw(ofFallback);
            throw;
        }
    }

    /// <summary>
    /// Returns whether the primary's version was clearly written after the hint, by the primary's clock. Of the
    /// estimates of the writer's process and of this process, the larger one counts.
    /// </summary>
    private bool IsClearlyNewer(ImageInfo current, ImageHint hint)
    {
        var (one, other) = (hint.PrimaryTime, primaryClock.Of(hint.Time));
        return current.ModifiedAt > (one > other ? one : other) + options.ClockTolerance;
    }

    /// <summary>
    /// Returns whether the primary already has the state of the hint, because a write that seemed to fail had its
    /// effect.
    /// </summary>
    private static async Task<bool> IsSameAsync(FallbackPart fallback, ImageHint hint, ImageInfo current, CancellationToken cancellationToken)
    {
        if (hint.Kind == HintKind.Delete)
        {
            return false;
        }

        var payload = await fallback.Payloads.GetInfoAsync(hint, cancellationToken).ConfigureAwait(false) ?? throw FailoverErrors.Lost(hint, fallback.Name);
        return SameRecord.Is(payload with { CreatedAt = hint.CreatedAt ?? current.CreatedAt }, current);
    }

    /// <summary>
    /// Removes the hints that the last one supersedes, before the last one: otherwise they would count again. Returns
    /// false if one of their fallbacks is unavailable, or was written to in the meantime; then the last hint remains.
    /// </summary>
    private async Task<bool> RemoveEarlierAsync(FallbackPart last, ImageKey key, IReadOnlyCollection<FallbackPart> unreachable, CancellationToken cancellationToken)
    {
        foreach (var fallback in chain.Fallbacks.Take(last.Position - 1).Where(fallback => !fallback.View.IsEmptyWithinLease()))
        {
            if (unreachable.Contains(fallback) || !await RemoveSupersededAsync(fallback, key, cancellationToken).ConfigureAwait(false))
            {
                return false;
            }
        }

        return true;
    }

    private async Task<bool> RemoveSupersededAsync(FallbackPart fallback, ImageKey key, CancellationToken cancellationToken)
    {
        ImageHint? hint;
        try
        {
            hint = await fallback.Hints.GetAsync(key, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageCorruptedException)
        {
            // A later fallback has a newer state, whatever this hint says. A copy is retained for a person to look at.
            return await fallback.Hints.TryRemoveUnreadableAsync(key, cancellationToken).ConfigureAwait(false);
        }

        if (hint is null)
        {
            return true;
        }

        if (!await fallback.Hints.TryRemoveAsync(hint, cancellationToken).ConfigureAwait(false))
        {
            return false;
        }

        await DeletePayloadAsync(fallback, hint, cancellationToken).ConfigureAwait(false);
        return true;
    }

    private async Task<bool> FinishAsync(FallbackPart fallback, ImageHint hint, ReplayOutcome outcome, CancellationToken cancellationToken)
    {
        if (outcome == ReplayOutcome.PrimaryNewer)
        {
            await fallback.Hints.RetainAsync(hint, cancellationToken).ConfigureAwait(false);
            Log.PrimaryNewer(logger, HintStore.RetainedPrefix + hint.Id);
        }

        if (!await fallback.Hints.TryRemoveAsync(hint, cancellationToken).ConfigureAwait(false))
        {
            return false;
        }

        if (outcome != ReplayOutcome.PrimaryNewer)
        {
            await DeletePayloadAsync(fallback, hint, cancellationToken).ConfigureAwait(false);
        }

        return true;
    }

    private async Task DeletePayloadAsync(FallbackPart fallback, ImageHint hint, CancellationToken cancellationToken)
    {
        if (hint.Kind != HintKind.Save)
        {
            return;
        }

        try
        {
            await fallback.Payloads.DeleteAsync(hint.Id, cancellationToken).ConfigureAwait(false);
        }
        catch (ImageStorageException exception)
        {
            // The hint is gone; a later sweep deletes its payload.
            Log.PayloadLeft(logger, exception);
        }
    }
}
