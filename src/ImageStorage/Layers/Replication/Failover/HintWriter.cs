using ImageStorage.Providers;
using ImageStorage.Replication;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Failover;

/// <summary>
/// Writes to a fallback. A write stores its payload, if it has one, under a new id that no hint names, and commits by
/// one compare-and-swap of the image's hint. A result of null means that the hint is no longer there, and that the
/// image must be located again.
/// </summary>
internal sealed class HintWriter(string primary, FallbackChain chain, KeyLocks locks, PrimaryClock primaryClock, TimeProvider clock, ILogger logger)
{
    /// <summary>Saves an image.</summary>
    /// <param name="fallback">The fallback.</param>
    /// <param name="request">The image; its content is at the first byte.</param>
    /// <param name="cause">The reason why the write goes to the fallback.</param>
    /// <param name="cancellationToken">Cancels the call before the commit.</param>
    public async Task<FallbackResult<ImageInfo>?> SaveAsync(FallbackPart fallback, PutRequest request, FallbackCause cause, CancellationToken cancellationToken)
    {
        using var held = await locks.EnterAsync(request.Key, cancellationToken).ConfigureAwait(false);
        var (seen, version) = await ReadHintAsync(fallback, request.Key, request.Precondition is null, cancellationToken).ConfigureAwait(false);
        if (version == DocumentETag.None && cause.Failures.AreNone)
        {
            return null;
        }

        var (existing, hasMoved) = await EvaluatePreconditionAsync(fallback, request.Key, request.Precondition, seen, request.Precondition is null, cancellationToken).ConfigureAwait(false);
        if (hasMoved)
        {
            return null;
        }

        CheckBacklog(fallback, request.Key, version, cause);
        var hint = NewHint(request.Key, HintKind.Save, seen, existing, cause);
        var stored = await fallback.Payloads.PutAsync(request, hint.Id, request.CreatedAt ?? existing?.CreatedAt, cancellationToken).ConfigureAwait(false);

        // A save after a delete creates a new image. A save over an image that only the primary knows keeps the
        // primary's time of creation.
        var replaced = seen ?? cause.Before;
        hint = hint with { CreatedAt = request.CreatedAt ?? (replaced is { Kind: HintKind.Delete } ? stored.CreatedAt : replaced?.CreatedAt) };
        var info = HintPayloads.AsSeen(stored, hint);
        if (request.BeforeCommit is { } beforeCommit)
        {
            await CallBeforeCommitAsync(beforeCommit, fallback, hint, info, cancellationToken).ConfigureAwait(false);
        }

        return await CommitAsync(fallback, hint, seen, version, cancellationToken).ConfigureAwait(false) ? new(info) : null;
    }

    /// <summary>Changes the record of an image with a hint. The value is null if the image is deleted there.</summary>
    public async Task<FallbackResult<ImageInfo?>?> UpdateAsync(FallbackPart fallback, ImageKey key, RecordUpdate update, CancellationToken cancellationToken)
    {
        using var held = await locks.EnterAsync(key, cancellationToken).ConfigureAwait(false);
        var (seen, version) = await ReadHintAsync(fallback, key, false, cancellationToken).ConfigureAwait(false);
        if (seen is null)
        {
            return null;
        }

        var (existing, hasMoved) = await EvaluatePreconditionAsync(fallback, key, update.Precondition, seen, false, cancellationToken).ConfigureAwait(false);
        if (existing is null)
        {
            return hasMoved ? null : seen.Kind == HintKind.Delete ? new(null) : throw FailoverErrors.Lost(seen, fallback.Name);
        }

        var hint = NewHint(key, HintKind.Save, seen, existing, null) with { CreatedAt = seen.CreatedAt };
        return await fallback.Payloads.CopyAsync(seen, update, hint.Id, cancellationToken).ConfigureAwait(false) is { } stored
            && await CommitAsync(fallback, hint, seen, version, cancellationToken).ConfigureAwait(false)
            ? new(HintPayloads.AsSeen(stored, hint))
            : null;
    }

    /// <summary>
    /// Deletes an image: the hint is the tombstone. The value is true if only the primary could know whether the image
    /// existed.
    /// </summary>
    public async Task<FallbackResult<bool>?> DeleteAsync(FallbackPart fallback, ImageKey key, IfMatch? precondition, FallbackCause cause, CancellationToken cancellationToken)
    {
        using var held = await locks.EnterAsync(key, cancellationToken).ConfigureAwait(false);
        var (seen, version) = await ReadHintAsync(fallback, key, precondition is null, cancellationToken).ConfigureAwait(false);
        if (version == DocumentETag.None && cause.Failures.AreNone)
        {
            return null;
        }

        var (existing, hasMoved) = seen is { Kind: HintKind.Save } && precondition is null ? default : await EvaluatePreconditionAsync(fallback, key, precondition, seen, false, cancellationToken).ConfigureAwait(false);
        if (hasMoved)
        {
            return null;
        }

        if (seen is { Kind: HintKind.Delete })
        {
            return new(false);
        }

        CheckBacklog(fallback, key, version, cause);
        var hint = NewHint(key, HintKind.Delete, seen, existing, cause);
        return await CommitAsync(fallback, hint, seen, version, cancellationToken).ConfigureAwait(false) ? new(seen is not null || cause.Before is not { Kind: HintKind.Delete }) : null;
    }

    /// <summary>
    /// Reads the hint of the image and its version. If the write does not depend on the state, an unreadable hint is
    /// retained and overwritten.
    /// </summary>
    private static async Task<(ImageHint? Hint, DocumentETag? Version)> ReadHintAsync(FallbackPart fallback, ImageKey key, bool mayOverwrite, CancellationToken cancellationToken)
    {
        try
        {
            var hint = await fallback.Hints.GetAsync(key, cancellationToken).ConfigureAwait(false);
            return (hint, hint?.Version ?? DocumentETag.None);
        }
        catch (StorageCorruptedException) when (mayOverwrite)
        {
            return (null, await fallback.Hints.RetainUnreadableAsync(key, cancellationToken).ConfigureAwait(false));
        }
    }

    /// <summary>
    /// Returns the image on the fallback, if the precondition allows the write. A missing payload alone proves nothing:
    /// another process may have replayed or replaced the hint since it was read. Then the image has moved, and must be
    /// located again.
    /// </summary>
    private async Task<(ImageInfo? Existing, bool HasMoved)> EvaluatePreconditionAsync(
        FallbackPart fallback, ImageKey key, Precondition? precondition, ImageHint? seen, bool mayOverwrite, CancellationToken cancellationToken)
    {
        ImageInfo? existing = null;
        try
        {
            existing = seen is { Kind: HintKind.Save } ? await fallback.Payloads.GetInfoAsync(seen, cancellationToken).ConfigureAwait(false) : null;
        }
        catch (ImageCorruptedException) when (mayOverwrite)
        {
            // The new payload replaces the damaged one, as it replaces a payload that is lost.
            return (null, false);
        }

        if (existing is null && seen is { Kind: HintKind.Save })
        {
            if ((await fallback.Hints.GetAsync(key, cancellationToken).ConfigureAwait(false))?.Id != seen.Id)
            {
                return (null, true);
            }

            // The payload is lost. A save without a precondition replaces it; any other write would need it.
            return precondition is null ? (null, false) : throw FailoverErrors.Lost(seen, fallback.Name);
        }

        return precondition is null || precondition.IsSatisfiedBy(existing?.ETag)
            ? (existing, false)
            : throw ProviderErrors.Conflict(key, primary, existing?.ETag);
    }

    private void CheckBacklog(FallbackPart fallback, ImageKey key, DocumentETag? version, FallbackCause cause)
    {
        if (version == DocumentETag.None && !fallback.Backlog.HasRoom)
        {
            throw FailoverErrors.BacklogFull(key, primary, fallback.Name, fallback.Backlog.Limit, cause.OfPrimary);
        }
    }

    private ImageHint NewHint(ImageKey key, HintKind kind, ImageHint? seen, ImageInfo? existing, FallbackCause? cause)
    {
        var now = clock.GetUtcNow();
        var replaced = seen ?? cause?.Before;
        var least = existing?.ModifiedAt ?? replaced?.Time;
        return new ImageHint
        {
            Format = HintContent.KnownFormat,
            Key = key,
            Kind = kind,
            Id = Guid.CreateVersion7().ToString("N"),

            // Versions of one image differ in their times. A new image after a tombstone must only not be older than
            // the tombstone.
            Time = (existing is null ? now < least : now <= least) ? least!.Value.AddTicks(1) : now,
            PrimaryTime = primaryClock.Now,
        };
    }

    /// <summary>Runs the callback of a save before its hint makes the payload visible.</summary>
    private async Task CallBeforeCommitAsync(Func<ImageInfo, CancellationToken, ValueTask> beforeCommit, FallbackPart fallback, ImageHint hint, ImageInfo info, CancellationToken cancellationToken)
    {
        try
        {
            await beforeCommit(info, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await DeletePayloadAsync(fallback, hint, CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    private async Task<bool> CommitAsync(FallbackPart fallback, ImageHint hint, ImageHint? seen, DocumentETag? version, CancellationToken cancellationToken)
    {
        if (await fallback.View.WriteHintAsync(() => fallback.Hints.TryCommitAsync(hint, version, cancellationToken)).ConfigureAwait(false) is not { } committed)
        {
            await DeletePayloadAsync(fallback, hint, cancellationToken).ConfigureAwait(false);
            return false;
        }

        if (version == DocumentETag.None)
        {
            fallback.Backlog.Add();
        }

        // The write is committed: a call that is cancelled from here on must not look as if it had changed nothing.
        if (await chain.IsSupersededAsync(fallback, hint.Key, CancellationToken.None).ConfigureAwait(false))
        {
            await WithdrawAsync(fallback, committed).ConfigureAwait(false);
        }
        else
        {
            await fallback.Lease.EnsureAsync(CancellationToken.None).ConfigureAwait(false);
            Log.HandedOff(logger, hint.Key, fallback.Name, chain.Names[0]);
        }

        if (seen is not null)
        {
            await DeletePayloadAsync(fallback, seen, CancellationToken.None).ConfigureAwait(false);
        }

        return true;
    }

    /// <summary>
    /// Removes a hint that a concurrent write on a later fallback has superseded: the write is done, and was replaced
    /// at once.
    /// </summary>
    private async Task WithdrawAsync(FallbackPart fallback, ImageHint committed)
    {
        if (await fallback.Hints.TryRemoveAsync(committed, CancellationToken.None).ConfigureAwait(false))
        {
            await DeletePayloadAsync(fallback, committed, CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Deletes the payload of a hint that is gone. The write is decided, so a failure here does not fail it; a later
    /// sweep deletes the payload.
    /// </summary>
    private async Task DeletePayloadAsync(FallbackPart fallback, ImageHint hint, CancellationToken cancellationToken)
    {
        try
        {
            if (hint.Kind == HintKind.Save)
            {
                await fallback.Payloads.DeleteAsync(hint.Id, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is ImageStorageException or OperationCanceledException)
        {
            Log.PayloadLeft(logger, exception);
        }
    }
}
