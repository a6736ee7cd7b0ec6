using ImageStorage.Replication;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Mirroring;

/// <summary>
/// Writes to both replicas. The leader evaluates the precondition and creates the version; the follower gets a copy.
/// Before the first effect, a hint is written where a missing copy must be noticed: on the mirror while both replicas
/// are in use, otherwise on the replica that takes the write alone.
/// </summary>
internal sealed class MirrorWriter(
    MirrorReplica primary, MirrorReplica mirror, MirrorLeaderSelector leaderSelector, MirrorSynchronizer synchronizer, ActiveMirrorWrites activeWrites, KeyLocks locks, PrimaryHealth health, MirrorOptions options, TimeProvider clock, IStorageEventSink events, ILogger logger)
{
    public async Task<T> RunAsync<T>(MirrorWrite<T> write, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (await leaderSelector.GetLeaderAsync(write.Item, cancellationToken).ConfigureAwait(false) == mirror)
        {
            var own = activeWrites.Begin(write.Item);
            try
            {
                return await WriteAloneAsync(write, mirror, primary, own, null, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                activeWrites.End(own);
            }
        }

        var hint = activeWrites.Begin(write.Item);
        try
        {
            StorageUnavailableException failure;
            try
            {
                var answer = await WriteToPrimaryAsync(write, hint, cancellationToken).ConfigureAwait(false);
                health.RecordSuccess();
                return answer;
            }
            catch (StorageUnavailableException exception) when (!write.NeedsBoth)
            {
                failure = exception;
            }

            return await ContinueOnMirrorAsync(write, hint, failure, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            activeWrites.End(hint);
        }
    }

    /// <summary>Continues on the mirror after the primary has failed, with or without an effect.</summary>
    private async Task<T> ContinueOnMirrorAsync<T>(MirrorWrite<T> write, MirrorHint hint, StorageUnavailableException failure, CancellationToken cancellationToken)
    {
        try
        {
            await leaderSelector.EnsureCanServeAloneAsync(write.Item, mirror, primary, failure, cancellationToken).ConfigureAwait(false);
            health.RecordFailure(failure);
            await write.RewindAsync(failure, cancellationToken).ConfigureAwait(false);
            return await WriteAloneAsync(write, mirror, primary, hint, failure, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageUnavailableException second) when ((second.Provider == mirror.Name || second.Provider == mirror.Provider.Name) && second.InnerException != failure)
        {
            throw MirrorErrors.BothUnavailable(write.Item, primary.Name, failure, mirror.Name, second);
        }
    }

    private async Task<T> WriteToPrimaryAsync<T>(MirrorWrite<T> write, MirrorHint hint, CancellationToken cancellationToken)
    {
        var (missed, isHinted) = (default(string), false);
        T answer;
        try
        {
            answer = await write.ApplyAsync(primary, WriteHintAsync, cancellationToken).ConfigureAwait(false);
        }
        catch (ImageStorageException exception) when (exception is not StorageUnavailableException)
        {
            // Nothing was changed, so no hint is needed.
            if (isHinted)
            {
                await TryRemoveAsync(missed is null ? mirror.Hints.RemoveInDoubtAsync : primary.Hints.RemoveAheadAsync, hint).ConfigureAwait(false);
            }

            throw;
        }

        if (missed is not null && write.HasChanged(answer))
        {
            await CompleteAloneAsync(primary, mirror, hint, missed).ConfigureAwait(false);
        }
        else if (missed is null && write.HasChanged(answer))
        {
            await CopyToMirrorAsync(write, answer, hint, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await TryRemoveAsync(missed is null ? mirror.Hints.RemoveInDoubtAsync : primary.Hints.RemoveAheadAsync, hint).ConfigureAwait(false);
        }

        return answer;

        async Task WriteHintAsync(string? attempt, CancellationToken token)
        {
            missed = await TryWriteInDoubtHintAsync(hint with { Attempt = attempt ?? MirrorHint.AnyAttempt, Base = write.ReplacedOnMirror }, token).ConfigureAwait(false);
            if (missed is not null)
            {
                await leaderSelector.EnsureCanServeAloneAsync(write.Item, primary, mirror, null, token).ConfigureAwait(false);
                hint = await WriteAheadHintAsync(primary, hint, attempt, token).ConfigureAwait(false);
            }

            isHinted = true;
        }
    }

    /// <summary>Writes the in-doubt hint.</summary>
    /// <returns><see langword="null"/>, or the reason why the hint could not be written.</returns>
    private async Task<string?> TryWriteInDoubtHintAsync(MirrorHint hint, CancellationToken cancellationToken)
    {
        if (!leaderSelector.IsPaired)
        {
            return $"{mirror.Name} is not verified as a replica of this mirror yet.";
        }

        try
        {
            await mirror.Hints.PutInDoubtAsync(hint with { Time = clock.GetUtcNow() }, cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (ImageStorageException exception)
        {
            return exception.Message;
        }
    }

    private async Task<MirrorHint> WriteAheadHintAsync(MirrorReplica replica, MirrorHint hint, string? attempt, CancellationToken cancellationToken)
    {
        var version = (await hint.Item.FindAsync(replica, cancellationToken).ConfigureAwait(false)).Version;
        hint = hint with { Time = clock.GetUtcNow(), Base = version?.Id ?? string.Empty, Attempt = attempt ?? version?.Hash ?? string.Empty };
        await replica.RecordAheadAsync(() => replica.Hints.PutAheadAsync(hint, cancellationToken)).ConfigureAwait(false);
        return hint;
    }

    /// <summary>
    /// Copies the primary's version to the mirror and checks that the primary still has this version. If the copy
    /// fails, the in-doubt hint remains.
    /// </summary>
    private async Task CopyToMirrorAsync<T>(MirrorWrite<T> write, T answer, MirrorHint hint, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(options.CopyTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var held = await locks.EnterAsync(write.Item.Key, either.Token).ConfigureAwait(false);
            if (await mirror.View.IsEmptyAsync(either.Token).ConfigureAwait(false)
                && await write.TryCopyAsync(primary, mirror, answer, either.Token).ConfigureAwait(false)
                && (write.IsCertain || (await write.Item.FindAsync(primary, either.Token).ConfigureAwait(false)).Version?.Id == write.VersionOf(answer)))
            {
                await mirror.Hints.RemoveInDoubtAsync(hint, either.Token).ConfigureAwait(false);
                return;
            }

            await synchronizer.SynchronizeLockedAsync(write.Item, hint, false, either.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is ImageStorageException or OperationCanceledException)
        {
            // The write has taken effect. A failure of the copy must not look like a failed write.
            ReportMissed(write.Item, mirror, exception is ImageStorageException ? exception.Message : $"{mirror.Name} did not store the copy within MirrorOptions.CopyTimeout.");
        }
    }

    /// <summary>
    /// Writes to a replica that leads without the other: the other replica does not answer, or is outdated.
    /// </summary>
    private async Task<T> WriteAloneAsync<T>(MirrorWrite<T> write, MirrorReplica replica, MirrorReplica other, MirrorHint hint, StorageUnavailableException? failure, CancellationToken cancellationToken)
    {
        if (write.NeedsState && !await leaderSelector.IsMirrorCurrentAsync(write.Item, hint.Id, cancellationToken).ConfigureAwait(false))
        {
            // The other replica may be back and can then decide the state of the image.
            if (failure is not null || !await TrySynchronizeAsync(write.Item, null, cancellationToken).ConfigureAwait(false))
            {
                throw MirrorErrors.InDoubt(write.Item, other.Name, replica.Name, failure);
            }
        }

        T answer;
        try
        {
            answer = await write.ApplyAsync(replica, async (attempt, token) => hint = await WriteAheadHintAsync(replica, hint, attempt, token).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        }
        catch (ImageStorageException exception) when (exception is not StorageUnavailableException)
        {
            await RemoveHintsAsync(replica, hint, isRejected: exception is ImageConflictException).ConfigureAwait(false);
            throw;
        }

        if (answer is false)
        {
            // Nothing was there to delete, so the replica does not show that the write has taken effect. The other replica may
            // have a version that this replica missed.
            await replica.Hints.PutAheadAsync(hint with { IsPending = false }, CancellationToken.None).ConfigureAwait(false);
        }

        if (!write.HasChanged(answer))
        {
            await RemoveHintsAsync(replica, hint, isRejected: true).ConfigureAwait(false);
        }
        else if (other.Health.IsDown || !await TrySynchronizeAsync(write.Item, hint, cancellationToken).ConfigureAwait(false))
        {
            await CompleteAloneAsync(replica, other, hint, failure?.Message ?? $"{other.Name} does not answer.").ConfigureAwait(false);
        }

        return answer;
    }

    private async Task<bool> TrySynchronizeAsync(MirrorItem item, MirrorHint? own, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(options.CopyTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var held = await locks.EnterAsync(item.Key, either.Token).ConfigureAwait(false);
            await synchronizer.SynchronizeLockedAsync(item, own, false, either.Token).ConfigureAwait(false);
            return true;
        }
        catch (Exception exception) when (exception is ImageStorageException || (exception is OperationCanceledException && (own is not null || limit.IsCancellationRequested)))
        {
            return false;
        }
    }

    /// <summary>
    /// Records that the write has taken effect, and ensures that every process sees that this replica is ahead. Called
    /// before the write is acknowledged.
    /// </summary>
    private async Task CompleteAloneAsync(MirrorReplica replica, MirrorReplica other, MirrorHint hint, string reason)
    {
        // The write has taken effect. A cancellation from here on must not look like a failed write.
        await replica.Hints.PutAheadAsync(hint with { IsPending = false }, CancellationToken.None).ConfigureAwait(false);
        await replica.EnsureLeaderAsync(wait: true, CancellationToken.None).ConfigureAwait(false);
        if (replica == mirror)
        {
            await TryRemoveAsync(mirror.Hints.RemoveInDoubtAsync, hint).ConfigureAwait(false);
        }

        ReportMissed(hint.Item, other, reason);
    }

    /// <summary>
    /// Removes the hints of a write that changed nothing. A write that the stored version rejects would have been
    /// rejected by the other replica, too, because both had the same version.
    /// </summary>
    private async Task RemoveHintsAsync(MirrorReplica replica, MirrorHint hint, bool isRejected)
    {
        await TryRemoveAsync(replica.Hints.RemoveAheadAsync, hint).ConfigureAwait(false);
        if (isRejected && replica == mirror)
        {
            await TryRemoveAsync(mirror.Hints.RemoveInDoubtAsync, hint).ConfigureAwait(false);
        }
    }

    private void ReportMissed(MirrorItem item, MirrorReplica replica, string reason)
    {
        Log.ReplicaMissed(logger, item, replica.Name, reason);
        if (item.Image is { } key)
        {
            events.Publish(new ReplicaMissed { At = clock.GetUtcNow(), Key = key, Replica = replica.Name, Reason = reason });
        }
    }

    /// <summary>
    /// Removes a hint that is no longer needed. A hint that remains costs one check of the reconciler.
    /// </summary>
    private async Task TryRemoveAsync(Func<MirrorHint, CancellationToken, Task> remove, MirrorHint hint)
    {
        try
        {
            await remove(hint, CancellationToken.None).ConfigureAwait(false);
        }
        catch (ImageStorageException exception)
        {
            Log.HintNotRemoved(logger, exception);
        }
    }
}
