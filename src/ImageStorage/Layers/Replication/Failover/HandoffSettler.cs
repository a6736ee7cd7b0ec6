using System.Runtime.ExceptionServices;
using ImageStorage.Providers;
using ImageStorage.Replication;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Failover;

/// <summary>
/// Brings the primary to the state that the last note of one image stands for, and removes all notes of it, the last one last: from then on the
/// primary counts. A crash at any point leaves that note, and the next attempt finds out by itself what was done already.
/// </summary>
internal sealed class HandoffSettler(IImageProvider primary, HandoffChain chain, KeyLocks locks, PrimaryHealth health, PrimaryClock primaryClock, FailoverOptions options, ILogger logger)
{
    private const int MaxAttempts = 5;

    /// <summary>Settles one image; null when it needs it no more, was written meanwhile and comes again, or must wait for a fallback that cannot be asked.</summary>
    /// <param name="key">The image.</param>
    /// <param name="unreachable">The fallbacks that did not answer a moment ago; they are not asked again.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<HandoffOutcome?> SettleAsync(ImageKey key, IReadOnlyCollection<HandoffSide> unreachable, CancellationToken cancellationToken)
    {
        using var held = await locks.EnterAsync(key, cancellationToken).ConfigureAwait(false);
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            if (await FindLastAsync(key, unreachable, cancellationToken).ConfigureAwait(false) is not { } last)
            {
                return null;
            }

            try
            {
                var outcome = await ApplyAsync(last.Side, last.Hint, cancellationToken).ConfigureAwait(false);
                return await RemoveEarlierAsync(last.Side, key, unreachable, cancellationToken).ConfigureAwait(false)
                    && await FinishAsync(last.Side, last.Hint, outcome, cancellationToken).ConfigureAwait(false) ? outcome : null;
            }
            catch (ImageConflictException exception) when (exception.Key == key)
            {
                // Somebody else, perhaps another process with the same note, changed the primary between the look and the write: look again.
            }
            catch (ImageCorruptedException)
            {
                if (await IsUnchangedAsync(last.Side, last.Hint, cancellationToken).ConfigureAwait(false))
                {
                    throw;
                }

                // Another process replayed or replaced the hint after this one had read it, and then deleted the bytes: look again.
            }
        }

        return null;
    }

    /// <summary>The last note of the image. Null where there is none, or where a later fallback may have one: an earlier one is never brought to the primary then.</summary>
    private async Task<(HandoffSide Side, HandoffHint Hint)?> FindLastAsync(ImageKey key, IReadOnlyCollection<HandoffSide> unreachable, CancellationToken cancellationToken)
    {
        for (var i = chain.Sides.Length - 1; i >= 0; i--)
        {
            var side = chain.Sides[i];
            if (unreachable.Contains(side))
            {
                if (side.View.IsAssumedEmpty)
                {
                    continue;
                }

                return null;
            }

            if (await side.Hints.GetAsync(key, cancellationToken).ConfigureAwait(false) is { } hint)
            {
                return (side, hint);
            }
        }

        return null;
    }

    /// <summary>Returns whether a hint is still the one that was read. If it is not, its bytes are rightly gone.</summary>
    private static async Task<bool> IsUnchangedAsync(HandoffSide side, HandoffHint hint, CancellationToken cancellationToken) =>
        await side.Hints.GetAsync(hint.Key, cancellationToken).ConfigureAwait(false) is { } current && current.Id == hint.Id;

    private async Task<HandoffOutcome> ApplyAsync(HandoffSide side, HandoffHint hint, CancellationToken cancellationToken)
    {
        ImageInfo? current;
        try
        {
            current = await OnPrimaryAsync(() => primary.GetInfoAsync(hint.Key, cancellationToken)).ConfigureAwait(false);
        }
        catch (ImageCorruptedException)
        {
            // A damaged version is nothing to protect: the one that waits here mends it.
            return await WriteAsync(side, hint, null, null, cancellationToken).ConfigureAwait(false);
        }

        if (current is not null && IsClearlyNewer(current, hint) && !await IsSameAsync(side, hint, current, cancellationToken).ConfigureAwait(false))
        {
            return HandoffOutcome.PrimaryNewer;
        }

        return await WriteAsync(side, hint, current, current is null ? IfNoneMatch.Any : new IfMatch(current.ETag), cancellationToken).ConfigureAwait(false);
    }

    private async Task<HandoffOutcome> WriteAsync(HandoffSide side, HandoffHint hint, ImageInfo? current, Precondition? precondition, CancellationToken cancellationToken)
    {
        if (hint.Kind == HandoffKind.Delete)
        {
            if (current is null && precondition is not null)
            {
                return HandoffOutcome.AlreadyDone;
            }

            await OnPrimaryAsync(() => primary.DeleteAsync(hint.Key, new DeleteOptions { Precondition = precondition as IfMatch }, cancellationToken)).ConfigureAwait(false);
            return HandoffOutcome.Deleted;
        }

        if (current is not null && await IsSameAsync(side, hint, current, cancellationToken).ConfigureAwait(false))
        {
            return HandoffOutcome.AlreadyDone;
        }

        var waiting = await side.Images.OpenAsync(hint, null, cancellationToken).ConfigureAwait(false) ?? throw FailoverErrors.Lost(hint, side.Name);
        var content = new StoredContent(waiting);
        await using (content.ConfigureAwait(false))
        {
            var createdAt = hint.CreatedAt ?? current?.CreatedAt ?? waiting.Info.CreatedAt;
            var saved = await OnPrimaryAsync(() => primary.PutAsync(ImageCopies.RequestOf(waiting.Info, hint.Key, content, precondition, createdAt), cancellationToken)).ConfigureAwait(false);
            primaryClock.Learn(saved);
            return saved.Digest == waiting.Info.Digest
                ? HandoffOutcome.Saved
                : throw new ImageCorruptedException($"Image '{hint.Key}' has another digest on the primary {primary.Name} than on the fallback {side.Name} it was copied from. It waits on the fallback; verify the primary.") { Key = hint.Key, Provider = primary.Name };
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
            health.Failed(failure);
            throw;
        }
        catch (ImageSourceException exception) when (exception.InnerException is StorageUnavailableException ofFallback)
        {
            // The fallback went down while its bytes were copied; the primary did not fail.
            ExceptionDispatchInfo.Throw(ofFallback);
            throw;
        }
    }

    /// <summary>By the primary's clock, as the process that wrote the note knew it or as this one does: whoever takes it to be further ahead is believed.</summary>
    private bool IsClearlyNewer(ImageInfo current, HandoffHint hint)
    {
        var (one, other) = (hint.AtOfPrimary, primaryClock.Of(hint.At));
        return current.ModifiedAt > (one > other ? one : other) + options.ClockTolerance;
    }

    /// <summary>Does the primary hold what waits already, because a write that seemed to fail had its effect?</summary>
    private static async Task<bool> IsSameAsync(HandoffSide side, HandoffHint hint, ImageInfo current, CancellationToken cancellationToken)
    {
        if (hint.Kind == HandoffKind.Delete)
        {
            return false;
        }

        var waiting = await side.Images.GetInfoAsync(hint, cancellationToken).ConfigureAwait(false) ?? throw FailoverErrors.Lost(hint, side.Name);
        return waiting with { ETag = current.ETag, ModifiedAt = current.ModifiedAt, CreatedAt = hint.CreatedAt ?? current.CreatedAt } == current;
    }

    /// <summary>
    /// Removes the notes that the last one supersedes, before that one: else they would count again. False when one of their fallbacks cannot be asked, or has been
    /// written to meanwhile; then the last note stays.
    /// </summary>
    private async Task<bool> RemoveEarlierAsync(HandoffSide last, ImageKey key, IReadOnlyCollection<HandoffSide> unreachable, CancellationToken cancellationToken)
    {
        foreach (var side in chain.Sides.Take(last.Position - 1).Where(side => !side.View.IsKnownEmpty()))
        {
            if (unreachable.Contains(side) || !await RemoveSupersededAsync(side, key, cancellationToken).ConfigureAwait(false))
            {
                return false;
            }
        }

        return true;
    }

    private async Task<bool> RemoveSupersededAsync(HandoffSide side, ImageKey key, CancellationToken cancellationToken)
    {
        HandoffHint? hint;
        try
        {
            hint = await side.Hints.GetAsync(key, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageCorruptedException)
        {
            // Whatever it says, a later fallback knows better; a copy stays for people to look at.
            return await side.Hints.TryRemoveUnreadableAsync(key, cancellationToken).ConfigureAwait(false);
        }

        if (hint is null)
        {
            return true;
        }

        if (!await side.Hints.TryRemoveAsync(hint, cancellationToken).ConfigureAwait(false))
        {
            return false;
        }

        await DropAsync(side, hint, cancellationToken).ConfigureAwait(false);
        return true;
    }

    private async Task<bool> FinishAsync(HandoffSide side, HandoffHint hint, HandoffOutcome outcome, CancellationToken cancellationToken)
    {
        if (outcome == HandoffOutcome.PrimaryNewer)
        {
            await side.Hints.KeepAsync(hint, cancellationToken).ConfigureAwait(false);
            Log.PrimaryNewer(logger, HintStore.AsidePrefix + hint.Id);
        }

        if (!await side.Hints.TryRemoveAsync(hint, cancellationToken).ConfigureAwait(false))
        {
            return false;
        }

        if (outcome != HandoffOutcome.PrimaryNewer)
        {
            await DropAsync(side, hint, cancellationToken).ConfigureAwait(false);
        }

        return true;
    }

    private async Task DropAsync(HandoffSide side, HandoffHint hint, CancellationToken cancellationToken)
    {
        if (hint.Kind != HandoffKind.Save)
        {
            return;
        }

        try
        {
            await side.Images.DeleteAsync(hint.Id, cancellationToken).ConfigureAwait(false);
        }
        catch (ImageStorageException exception)
        {
            // The note is gone; a later sweep takes its bytes away.
            Log.HandoffBytesLeft(logger, exception);
        }
    }
}
