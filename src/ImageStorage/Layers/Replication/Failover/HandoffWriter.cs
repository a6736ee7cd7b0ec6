using ImageStorage.Providers;
using ImageStorage.Replication;
using ImageStorage.Resilience;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Failover;

/// <summary>
/// Writes that go to a fallback. Each puts the bytes, if there are any, under a new key that nothing names, and then commits by
/// one compare-and-swap of the image's note. An answer of null means that the image no longer waits there, and whoever is
/// before it is to be asked again.
/// </summary>
internal sealed class HandoffWriter(string primary, HandoffChain chain, KeyLocks locks, PrimaryClock primaryClock, TimeProvider clock, ILogger logger)
{
    /// <summary>Saves an image.</summary>
    /// <param name="side">The fallback.</param>
    /// <param name="request">What to save; its content stands at the first byte.</param>
    /// <param name="cause">Why it comes here.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<HandoffAnswer<ImageInfo>?> SaveAsync(HandoffSide side, PutRequest request, HandoffCause cause, CancellationToken cancellationToken)
    {
        using var held = await locks.EnterAsync(request.Key, cancellationToken).ConfigureAwait(false);
        var (seen, version) = await SeeAsync(side, request.Key, request.Precondition is null, cancellationToken).ConfigureAwait(false);
        if (version == DocumentETag.None && cause.Failures.AreNone)
        {
            return null;
        }

        var (existing, hasMoved) = await JudgeAsync(side, request.Key, request.Precondition, seen, cancellationToken).ConfigureAwait(false);
        if (hasMoved)
        {
            return null;
        }

        CheckBacklog(side, request.Key, version, cause);
        var hint = NewHint(request.Key, HandoffKind.Save, seen, existing, cause);
        var stored = await side.Images.PutAsync(request, hint.Id, request.CreatedAt ?? existing?.CreatedAt, cancellationToken).ConfigureAwait(false);

        // Over an image that is deleted here a new one begins; over one that only the primary knows, its time of creation is the primary's.
        var replaced = seen ?? cause.Before;
        hint = hint with { CreatedAt = request.CreatedAt ?? (replaced is { Kind: HandoffKind.Delete } ? stored.CreatedAt : replaced?.CreatedAt) };
        return await CommitAsync(side, hint, seen, version, cancellationToken).ConfigureAwait(false) ? new(HandoffImages.AsSeen(stored, hint)) : null;
    }

    /// <summary>Changes the record of an image that waits there; the state is null inside when it is deleted there.</summary>
    public async Task<HandoffAnswer<ImageInfo?>?> UpdateAsync(HandoffSide side, ImageKey key, ImageUpdate update, CancellationToken cancellationToken)
    {
        using var held = await locks.EnterAsync(key, cancellationToken).ConfigureAwait(false);
        var (seen, version) = await SeeAsync(side, key, false, cancellationToken).ConfigureAwait(false);
        if (seen is null)
        {
            return null;
        }

        var (existing, hasMoved) = await JudgeAsync(side, key, update.Precondition, seen, cancellationToken).ConfigureAwait(false);
        if (existing is null)
        {
            return hasMoved ? null : seen.Kind == HandoffKind.Delete ? new(null) : throw FailoverErrors.Lost(seen, side.Name);
        }

        var hint = NewHint(key, HandoffKind.Save, seen, existing, null) with { CreatedAt = seen.CreatedAt };
        return await side.Images.CopyAsync(seen, update, hint.Id, cancellationToken).ConfigureAwait(false) is { } stored
            && await CommitAsync(side, hint, seen, version, cancellationToken).ConfigureAwait(false)
            ? new(HandoffImages.AsSeen(stored, hint))
            : null;
    }

    /// <summary>Deletes an image: the note is the tombstone. Answers true where only the primary would know whether there was one.</summary>
    public async Task<HandoffAnswer<bool>?> DeleteAsync(HandoffSide side, ImageKey key, IfMatch? precondition, HandoffCause cause, CancellationToken cancellationToken)
    {
        using var held = await locks.EnterAsync(key, cancellationToken).ConfigureAwait(false);
        var (seen, version) = await SeeAsync(side, key, precondition is null, cancellationToken).ConfigureAwait(false);
        if (version == DocumentETag.None && cause.Failures.AreNone)
        {
            return null;
        }

        var (existing, hasMoved) = seen is { Kind: HandoffKind.Save } && precondition is null ? default : await JudgeAsync(side, key, precondition, seen, cancellationToken).ConfigureAwait(false);
        if (hasMoved)
        {
            return null;
        }

        if (seen is { Kind: HandoffKind.Delete })
        {
            return new(false);
        }

        CheckBacklog(side, key, version, cause);
        var hint = NewHint(key, HandoffKind.Delete, seen, existing, cause);
        return await CommitAsync(side, hint, seen, version, cancellationToken).ConfigureAwait(false) ? new(seen is not null || cause.Before is not { Kind: HandoffKind.Delete }) : null;
    }

    /// <summary>The note of the image and its version. An unreadable one is kept aside and written over, if the write needs to know nothing of it.</summary>
    private static async Task<(HandoffHint? Hint, DocumentETag? Version)> SeeAsync(HandoffSide side, ImageKey key, bool mayOverwrite, CancellationToken cancellationToken)
    {
        try
        {
            var hint = await side.Hints.GetAsync(key, cancellationToken).ConfigureAwait(false);
            return (hint, hint?.Version ?? DocumentETag.None);
        }
        catch (StorageCorruptedException) when (mayOverwrite)
        {
            return (null, await side.Hints.CopyAsideAsync(key, cancellationToken).ConfigureAwait(false));
        }
    }

    /// <summary>
    /// The image that is seen there, if the precondition allows the write. Bytes that are missing are no answer by themselves: another process may have replayed the hint, or
    /// replaced it, since it was read. Then the image has moved, and is to be looked for again.
    /// </summary>
    private async Task<(ImageInfo? Existing, bool HasMoved)> JudgeAsync(HandoffSide side, ImageKey key, Precondition? precondition, HandoffHint? seen, CancellationToken cancellationToken)
    {
        var existing = seen is { Kind: HandoffKind.Save } ? await side.Images.GetInfoAsync(seen, cancellationToken).ConfigureAwait(false) : null;
        if (existing is null && seen is { Kind: HandoffKind.Save })
        {
            if ((await side.Hints.GetAsync(key, cancellationToken).ConfigureAwait(false))?.Id != seen.Id)
            {
                return (null, true);
            }

            // The bytes are lost. A save without a precondition replaces them; anything else would need them.
            return precondition is null ? (null, false) : throw FailoverErrors.Lost(seen, side.Name);
        }

        return precondition is null || precondition.IsSatisfiedBy(existing?.ETag)
            ? (existing, false)
            : throw ImageConflictException.For(key, primary, existing?.ETag);
    }

    private void CheckBacklog(HandoffSide side, ImageKey key, DocumentETag? version, HandoffCause cause)
    {
        if (version == DocumentETag.None && !side.Backlog.HasRoom)
        {
            throw FailoverErrors.BacklogFull(key, primary, side.Name, side.Backlog.Limit, cause.OfPrimary);
        }
    }

    private HandoffHint NewHint(ImageKey key, HandoffKind kind, HandoffHint? seen, ImageInfo? existing, HandoffCause? cause)
    {
        var now = clock.GetUtcNow();
        var replaced = seen ?? cause?.Before;
        var least = existing?.ModifiedAt ?? replaced?.At;
        return new HandoffHint
        {
            Key = key,
            Kind = kind,
            Id = Guid.CreateVersion7().ToString("N"),

            // Versions of one image differ in their times; one that begins anew behind a tombstone only must not be older than that.
            At = (existing is null ? now < least : now <= least) ? least!.Value.AddTicks(1) : now,
            AtOfPrimary = primaryClock.Now,
            IsPrimaryUnknown = (replaced?.IsPrimaryUnknown ?? false) || (cause?.OfPrimary is { } failure && !ResilienceCalls.WasNotAsked(failure)),
        };
    }

    private async Task<bool> CommitAsync(HandoffSide side, HandoffHint hint, HandoffHint? seen, DocumentETag? version, CancellationToken cancellationToken)
    {
        if (await side.View.NoteAsync(() => side.Hints.TryCommitAsync(hint, version, cancellationToken)).ConfigureAwait(false) is not { } committed)
        {
            await DropAsync(side, hint, cancellationToken).ConfigureAwait(false);
            return false;
        }

        if (version == DocumentETag.None)
        {
            side.Backlog.Add();
        }

        // The write is done: a call that is cancelled from here on must not look as if it had changed nothing.
        if (await chain.IsSupersededAsync(side, hint.Key, CancellationToken.None).ConfigureAwait(false))
        {
            await WithdrawAsync(side, committed).ConfigureAwait(false);
        }
        else
        {
            await side.Lease.EnsureAsync(CancellationToken.None).ConfigureAwait(false);
            Log.HandedOff(logger, hint.Key, side.Name, chain.Names[0]);
        }

        if (seen is not null)
        {
            await DropAsync(side, seen, CancellationToken.None).ConfigureAwait(false);
        }

        return true;
    }

    /// <summary>Takes back a note that a write at the same time, further down the chain, has superseded: it is done, and was replaced at once.</summary>
    private async Task WithdrawAsync(HandoffSide side, HandoffHint committed)
    {
        if (await side.Hints.TryRemoveAsync(committed, CancellationToken.None).ConfigureAwait(false))
        {
            await DropAsync(side, committed, CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>Deletes bytes that no note names any more. The write is decided, so a failure here is not its failure; a later reconciliation deletes them.</summary>
    private async Task DropAsync(HandoffSide side, HandoffHint hint, CancellationToken cancellationToken)
    {
        try
        {
            if (hint.Kind == HandoffKind.Save)
            {
                await side.Images.DeleteAsync(hint.Id, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is ImageStorageException or OperationCanceledException)
        {
            Log.HandoffBytesLeft(logger, exception);
        }
    }
}
