using ImageStorage.Content;
using ImageStorage.Errors;
using ImageStorage.Providers;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Failover;

/// <summary>
/// Brings the primary to the state that the note of one image stands for, and removes the note: from then on the primary counts.
/// A crash at any point leaves the note, and the next attempt finds out by itself what was done already.
/// </summary>
internal sealed class HandoffSettler(IImageProvider primary, IImageProvider fallback, HintStore hints, HandoffImages images, KeyLocks locks, PrimaryClock primaryClock, FailoverOptions options, ILogger logger)
{
    private const int MaxAttempts = 5;

    /// <summary>Settles one image; null when it needs it no more, or was written meanwhile and comes again.</summary>
    public async Task<HandoffOutcome?> SettleAsync(ImageKey key, CancellationToken cancellationToken)
    {
        using var held = await locks.EnterAsync(key, cancellationToken).ConfigureAwait(false);
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            if (await hints.GetAsync(key, cancellationToken).ConfigureAwait(false) is not { } hint)
            {
                return null;
            }

            try
            {
                var outcome = await ApplyAsync(hint, cancellationToken).ConfigureAwait(false);
                return await FinishAsync(hint, outcome, cancellationToken).ConfigureAwait(false) ? outcome : null;
            }
            catch (ImageConflictException exception) when (exception.Key == key)
            {
                // Somebody else, perhaps another process with the same note, changed the primary between the look and the write: look again.
            }
        }

        return null;
    }

    private async Task<HandoffOutcome> ApplyAsync(HandoffHint hint, CancellationToken cancellationToken)
    {
        ImageInfo? current;
        try
        {
            current = await primary.GetInfoAsync(hint.Key, cancellationToken).ConfigureAwait(false);
        }
        catch (ImageCorruptedException)
        {
            // A damaged version is nothing to protect: the one that waits here mends it.
            return await WriteAsync(hint, null, null, cancellationToken).ConfigureAwait(false);
        }

        if (current is not null && IsClearlyNewer(current, hint) && !await IsSameAsync(hint, current, cancellationToken).ConfigureAwait(false))
        {
            return HandoffOutcome.PrimaryNewer;
        }

        return await WriteAsync(hint, current, current is null ? IfNoneMatch.Any : new IfMatch(current.ETag), cancellationToken).ConfigureAwait(false);
    }

    private async Task<HandoffOutcome> WriteAsync(HandoffHint hint, ImageInfo? current, Precondition? precondition, CancellationToken cancellationToken)
    {
        if (hint.Kind == HandoffKind.Delete)
        {
            if (current is null && precondition is not null)
            {
                return HandoffOutcome.AlreadyDone;
            }

            await primary.DeleteAsync(hint.Key, new DeleteOptions { Precondition = precondition as IfMatch }, cancellationToken).ConfigureAwait(false);
            return HandoffOutcome.Deleted;
        }

        if (current is not null && await IsSameAsync(hint, current, cancellationToken).ConfigureAwait(false))
        {
            return HandoffOutcome.AlreadyDone;
        }

        var waiting = await images.OpenAsync(hint, null, cancellationToken).ConfigureAwait(false) ?? throw FailoverErrors.Lost(hint, fallback.Name);
        var content = new StoredContent(waiting);
        await using (content.ConfigureAwait(false))
        {
            var createdAt = hint.CreatedAt ?? current?.CreatedAt ?? waiting.Info.CreatedAt;
            var saved = await primary.PutAsync(HandoffImages.RequestOf(waiting.Info, hint.Key, content, precondition, createdAt), cancellationToken).ConfigureAwait(false);
            primaryClock.Learn(saved);
            return saved.Digest == waiting.Info.Digest
                ? HandoffOutcome.Saved
                : throw new ImageCorruptedException($"Image '{hint.Key}' has another digest on the primary {primary.Name} than on the fallback it was copied from. It waits on the fallback; verify the primary.") { Key = hint.Key, Provider = primary.Name };
        }
    }

    /// <summary>By the primary's clock, as the process that wrote the note knew it or as this one does: whoever takes it to be further ahead is believed.</summary>
    private bool IsClearlyNewer(ImageInfo current, HandoffHint hint)
    {
        var (one, other) = (hint.AtOfPrimary, primaryClock.Of(hint.At));
        return current.ModifiedAt > (one > other ? one : other) + options.ClockTolerance;
    }

    /// <summary>Does the primary hold what waits already, because a write that seemed to fail had its effect?</summary>
    private async Task<bool> IsSameAsync(HandoffHint hint, ImageInfo current, CancellationToken cancellationToken)
    {
        if (hint.Kind == HandoffKind.Delete)
        {
            return false;
        }

        var waiting = await images.GetInfoAsync(hint, cancellationToken).ConfigureAwait(false) ?? throw FailoverErrors.Lost(hint, fallback.Name);
        return waiting with { ETag = current.ETag, ModifiedAt = current.ModifiedAt, CreatedAt = hint.CreatedAt ?? current.CreatedAt } == current;
    }

    private async Task<bool> FinishAsync(HandoffHint hint, HandoffOutcome outcome, CancellationToken cancellationToken)
    {
        if (outcome == HandoffOutcome.PrimaryNewer)
        {
            await hints.KeepAsync(hint, cancellationToken).ConfigureAwait(false);
            Log.PrimaryNewer(logger, HintStore.AsidePrefix + hint.Id);
        }

        if (!await hints.TryRemoveAsync(hint, cancellationToken).ConfigureAwait(false))
        {
            return false;
        }

        if (hint.Kind == HandoffKind.Save && outcome != HandoffOutcome.PrimaryNewer)
        {
            try
            {
                await images.DeleteAsync(hint.Id, cancellationToken).ConfigureAwait(false);
            }
            catch (ImageStorageException exception)
            {
                // The image is settled; a later sweep takes its bytes away.
                Log.HandoffBytesLeft(logger, exception);
            }
        }

        return true;
    }
}
