using ImageStorage.Documents;
using ImageStorage.Errors;
using ImageStorage.Providers;
using ImageStorage.Resilience;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Failover;

/// <summary>
/// Writes that go to the fallback. Each puts the bytes, if there are any, under a new key that nothing names, and then commits by
/// one compare-and-swap of the image's note. An answer of null means that the image no longer waits here, and the primary is
/// to be asked again.
/// </summary>
internal sealed class HandoffWriter(
    string primary, HintStore hints, HandoffImages images, HintView view, HandoffLease lease, Backlog backlog, KeyLocks locks, PrimaryClock primaryClock, TimeProvider clock, ILogger logger)
{
    /// <summary>Saves an image.</summary>
    /// <param name="request">What to save; its content stands at the first byte.</param>
    /// <param name="cause">Why the primary cannot take it; null when it is because a newer state than the primary's waits here.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<ImageInfo?> SaveAsync(PutRequest request, StorageUnavailableException? cause, CancellationToken cancellationToken)
    {
        using var held = await locks.EnterAsync(request.Key, cancellationToken).ConfigureAwait(false);
        var (seen, version) = await SeeAsync(request.Key, request.Precondition is null, cancellationToken).ConfigureAwait(false);
        if (version == DocumentETag.None && cause is null)
        {
            return null;
        }

        var existing = await JudgeAsync(request.Key, request.Precondition, seen, cancellationToken).ConfigureAwait(false);
        CheckBacklog(request.Key, version, cause);
        var hint = NewHint(request.Key, HandoffKind.Save, seen, existing, cause);
        var stored = await images.PutAsync(request, hint.Id, request.CreatedAt ?? existing?.CreatedAt, cancellationToken).ConfigureAwait(false);

        // Over an image that is deleted here a new one begins; over one that only the primary knows, its time of creation is the primary's.
        hint = hint with { CreatedAt = request.CreatedAt ?? (seen is { Kind: HandoffKind.Delete } ? stored.CreatedAt : seen?.CreatedAt) };
        return await CommitAsync(hint, seen, version, cancellationToken).ConfigureAwait(false) ? HandoffImages.AsSeen(stored, hint) : null;
    }

    /// <summary>Changes the record of an image that waits here; the state is null inside when it is deleted here.</summary>
    public async Task<HandoffAnswer<ImageInfo?>?> UpdateAsync(ImageKey key, ImageUpdate update, CancellationToken cancellationToken)
    {
        using var held = await locks.EnterAsync(key, cancellationToken).ConfigureAwait(false);
        var (seen, version) = await SeeAsync(key, false, cancellationToken).ConfigureAwait(false);
        if (seen is null)
        {
            return null;
        }

        var existing = await JudgeAsync(key, update.Precondition, seen, cancellationToken).ConfigureAwait(false);
        if (existing is null)
        {
            return new(null);
        }

        var hint = NewHint(key, HandoffKind.Save, seen, existing, null) with { CreatedAt = seen.CreatedAt };
        return await images.CopyAsync(seen, update, hint.Id, cancellationToken).ConfigureAwait(false) is { } stored
            && await CommitAsync(hint, seen, version, cancellationToken).ConfigureAwait(false)
            ? new(HandoffImages.AsSeen(stored, hint))
            : null;
    }

    /// <summary>Deletes an image: the note is the tombstone. Answers true where only the primary would know whether there was one.</summary>
    public async Task<HandoffAnswer<bool>?> DeleteAsync(ImageKey key, IfMatch? precondition, StorageUnavailableException? cause, CancellationToken cancellationToken)
    {
        using var held = await locks.EnterAsync(key, cancellationToken).ConfigureAwait(false);
        var (seen, version) = await SeeAsync(key, precondition is null, cancellationToken).ConfigureAwait(false);
        if (version == DocumentETag.None && cause is null)
        {
            return null;
        }

        var existing = seen is { Kind: HandoffKind.Save } && precondition is null ? null : await JudgeAsync(key, precondition, seen, cancellationToken).ConfigureAwait(false);
        if (seen is { Kind: HandoffKind.Delete })
        {
            return new(false);
        }

        CheckBacklog(key, version, cause);
        var hint = NewHint(key, HandoffKind.Delete, seen, existing, cause);
        return await CommitAsync(hint, seen, version, cancellationToken).ConfigureAwait(false) ? new(true) : null;
    }

    /// <summary>The note of the image and its version. An unreadable one is kept aside and written over, if the write needs to know nothing of it.</summary>
    private async Task<(HandoffHint? Hint, DocumentETag? Version)> SeeAsync(ImageKey key, bool mayOverwrite, CancellationToken cancellationToken)
    {
        try
        {
            var hint = await hints.GetAsync(key, cancellationToken).ConfigureAwait(false);
            return (hint, hint?.Version ?? DocumentETag.None);
        }
        catch (StorageCorruptedException) when (mayOverwrite)
        {
            return (null, await hints.CopyAsideAsync(key, cancellationToken).ConfigureAwait(false));
        }
    }

    /// <summary>The image that is seen here, if the precondition allows the write.</summary>
    private async Task<ImageInfo?> JudgeAsync(ImageKey key, Precondition? precondition, HandoffHint? seen, CancellationToken cancellationToken)
    {
        var existing = seen is { Kind: HandoffKind.Save } ? await images.GetInfoAsync(seen, cancellationToken).ConfigureAwait(false) : null;
        return precondition is null || precondition.IsSatisfiedBy(existing?.ETag)
            ? existing
            : throw ImageConflictException.For(key, primary, existing?.ETag);
    }

    private void CheckBacklog(ImageKey key, DocumentETag? version, StorageUnavailableException? cause)
    {
        if (version == DocumentETag.None && !backlog.HasRoom)
        {
            throw FailoverErrors.BacklogFull(key, primary, backlog.Limit, cause);
        }
    }

    private HandoffHint NewHint(ImageKey key, HandoffKind kind, HandoffHint? seen, ImageInfo? existing, StorageUnavailableException? cause)
    {
        var now = clock.GetUtcNow();
        var least = existing?.ModifiedAt ?? seen?.At;
        return new HandoffHint
        {
            Key = key,
            Kind = kind,
            Id = Guid.CreateVersion7().ToString("N"),

            // Versions of one image differ in their times; one that begins anew behind a tombstone only must not be older than that.
            At = (existing is null ? now < least : now <= least) ? least!.Value.AddTicks(1) : now,
            AtOfPrimary = primaryClock.Now,
            IsPrimaryUnknown = (seen?.IsPrimaryUnknown ?? false) || (cause is not null && !ResilienceCalls.WasNotAsked(cause)),
        };
    }

    private async Task<bool> CommitAsync(HandoffHint hint, HandoffHint? seen, DocumentETag? version, CancellationToken cancellationToken)
    {
        view.MarkPending();
        if (!await hints.TryCommitAsync(hint, version, cancellationToken).ConfigureAwait(false))
        {
            await DropAsync(hint, cancellationToken).ConfigureAwait(false);
            return false;
        }

        if (version == DocumentETag.None)
        {
            backlog.Add();
        }

        // The write is done: a call that is cancelled from here on must not look as if it had changed nothing.
        await lease.EnsureAsync(CancellationToken.None).ConfigureAwait(false);
        if (seen is not null)
        {
            await DropAsync(seen, CancellationToken.None).ConfigureAwait(false);
        }

        return true;
    }

    /// <summary>Deletes bytes that no note names any more. The write is decided, so a failure here is not its failure; a later reconciliation deletes them.</summary>
    private async Task DropAsync(HandoffHint hint, CancellationToken cancellationToken)
    {
        try
        {
            if (hint.Kind == HandoffKind.Save)
            {
                await images.DeleteAsync(hint.Id, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is ImageStorageException or OperationCanceledException)
        {
            Log.HandoffBytesLeft(logger, exception);
        }
    }
}
