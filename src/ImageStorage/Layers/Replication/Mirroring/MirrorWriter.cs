using ImageStorage.Diagnostics;
using ImageStorage.Replication;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Mirroring;

/// <summary>
/// Writes that go to both sides. One side leads: it judges the precondition and makes the version, and the other gets a copy. Before
/// the first effect there is a note where it is needed if the copy does not come: on the mirror while both are in use, on the side that goes
/// on alone else.
/// </summary>
internal sealed class MirrorWriter(
    MirrorSide primary, MirrorSide mirror, MirrorLeadership leadership, MirrorLeveler leveler, MirrorWrites writes, KeyLocks locks, PrimaryHealth health, MirrorOptions options, TimeProvider clock, StorageEventQueue events, ILogger logger)
{
    public async Task<T> RunAsync<T>(MirrorWrite<T> write, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (await leadership.LeaderAsync(write.Key, cancellationToken).ConfigureAwait(false) == mirror)
        {
            var own = writes.Begin(write.Key);
            try
            {
                return await WriteAloneAsync(write, mirror, primary, own, null, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                writes.End(own);
            }
        }

        var note = writes.Begin(write.Key);
        try
        {
            StorageUnavailableException failure;
            try
            {
                var answer = await WriteToPrimaryAsync(write, note, cancellationToken).ConfigureAwait(false);
                health.Answered();
                return answer;
            }
            catch (StorageUnavailableException exception)
            {
                failure = exception;
            }

            return await GoOnAsync(write, note, failure, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            writes.End(note);
        }
    }

    /// <summary>Goes on with the mirror after the primary has failed, with or without an effect.</summary>
    private async Task<T> GoOnAsync<T>(MirrorWrite<T> write, MirrorNote note, StorageUnavailableException failure, CancellationToken cancellationToken)
    {
        try
        {
            await leadership.EnsureAloneAsync(write.Key, mirror, primary, failure, cancellationToken).ConfigureAwait(false);
            health.Failed(failure);
            await write.RewindAsync(failure, cancellationToken).ConfigureAwait(false);
            return await WriteAloneAsync(write, mirror, primary, note, failure, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageUnavailableException second) when ((second.Provider == mirror.Name || second.Provider == mirror.Provider.Name) && second.InnerException != failure)
        {
            throw MirrorErrors.BothDown(write.Key, primary.Name, failure, mirror.Name, second);
        }
    }

    private async Task<T> WriteToPrimaryAsync<T>(MirrorWrite<T> write, MirrorNote note, CancellationToken cancellationToken)
    {
        var (missed, isNoted) = (default(string), false);
        T answer;
        try
        {
            answer = await write.ApplyAsync(primary.Provider, NoteAsync, cancellationToken).ConfigureAwait(false);
        }
        catch (ImageStorageException exception) when (exception is not StorageUnavailableException)
        {
            // Nothing was changed, so nothing needs a note.
            if (isNoted)
            {
                await DropAsync(missed is null ? mirror.Notes.RemoveDoubtAsync : primary.Notes.RemoveHereAsync, note).ConfigureAwait(false);
            }

            throw;
        }

        if (missed is not null && write.HasChanged(answer))
        {
            await FinishAloneAsync(primary, mirror, note, missed).ConfigureAwait(false);
        }
        else if (missed is null && write.HasChanged(answer))
        {
            await BringToMirrorAsync(write, answer, note, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await DropAsync(missed is null ? mirror.Notes.RemoveDoubtAsync : primary.Notes.RemoveHereAsync, note).ConfigureAwait(false);
        }

        return answer;

        async Task NoteAsync(string? attempt, CancellationToken token)
        {
            missed = await TryNoteOnMirrorAsync(note with { Attempt = attempt ?? MirrorNote.AnyAttempt }, token).ConfigureAwait(false);
            if (missed is not null)
            {
                await leadership.EnsureAloneAsync(write.Key, primary, mirror, null, token).ConfigureAwait(false);
                note = await NoteAloneAsync(primary, note, attempt, token).ConfigureAwait(false);
            }

            isNoted = true;
        }
    }

    /// <summary>Writes the note that the mirror may miss this; answers why that cannot be, or null.</summary>
    private async Task<string?> TryNoteOnMirrorAsync(MirrorNote note, CancellationToken cancellationToken)
    {
        if (!leadership.IsPaired)
        {
            return $"Whether {mirror.Name} belongs to this mirror is not known yet.";
        }

        try
        {
            await mirror.Notes.PutDoubtAsync(note with { At = clock.GetUtcNow() }, cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (ImageStorageException exception)
        {
            return exception.Message;
        }
    }

    private async Task<MirrorNote> NoteAloneAsync(MirrorSide side, MirrorNote note, string? attempt, CancellationToken cancellationToken)
    {
        var (info, _) = await side.FindAsync(note.Key, cancellationToken).ConfigureAwait(false);
        note = note with { At = clock.GetUtcNow(), Base = info?.ETag.Value ?? string.Empty, Attempt = attempt ?? (info is null ? string.Empty : MirrorCopies.HashOf(info.Digest)) };
        await side.NoteAheadAsync(() => side.Notes.PutHereAsync(note, cancellationToken)).ConfigureAwait(false);
        return note;
    }

    /// <summary>Copies what the primary has now to the mirror, and looks whether that is still what it has. What does not succeed is noted already.</summary>
    private async Task BringToMirrorAsync<T>(MirrorWrite<T> write, T answer, MirrorNote note, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(options.CopyTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var held = await locks.EnterAsync(write.Key, either.Token).ConfigureAwait(false);
            if (await mirror.View.IsEmptyAsync(either.Token).ConfigureAwait(false)
                && await TryBringAsync(write, write.RecordOf(answer), either.Token).ConfigureAwait(false)
                && (await primary.FindAsync(write.Key, either.Token).ConfigureAwait(false)).Info?.ETag == write.RecordOf(answer)?.ETag)
            {
                await mirror.Notes.RemoveDoubtAsync(note, either.Token).ConfigureAwait(false);
                return;
            }

            await leveler.SettleLockedAsync(write.Key, note, false, either.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is ImageStorageException or OperationCanceledException)
        {
            // The write is done: whatever keeps it from the mirror must not look as if it had changed nothing.
            Missed(write.Key, mirror, exception is ImageStorageException ? exception.Message : $"{mirror.Name} did not take the copy in time.");
        }
    }

    private async Task<bool> TryBringAsync<T>(MirrorWrite<T> write, ImageInfo? record, CancellationToken cancellationToken)
    {
        if (write is MirrorUpdate)
        {
            // The mirror has the bytes already; the slower way finds that out.
            return false;
        }

        if (record is null)
        {
            await mirror.Provider.DeleteAsync(write.Key, null, cancellationToken).ConfigureAwait(false);
            return true;
        }

        if (await write.TryBringAsync(mirror.Provider, record, cancellationToken).ConfigureAwait(false))
        {
            return true;
        }

        try
        {
            await MirrorCopies.CopyAsync(primary, mirror, record, record, write.Key, null, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (ImageConflictException)
        {
            // The primary has a newer version by now.
            return false;
        }
    }

    /// <summary>Writes to a side that leads without the other: it has been asked in vain, or has yet to catch up.</summary>
    private async Task<T> WriteAloneAsync<T>(MirrorWrite<T> write, MirrorSide side, MirrorSide other, MirrorNote note, StorageUnavailableException? failure, CancellationToken cancellationToken)
    {
        if (write.NeedsState && !await leadership.IsMirrorCurrentAsync(write.Key, note.Id, cancellationToken).ConfigureAwait(false))
        {
            // The other side may be back, and then tells what the image is.
            if (failure is not null || !await TrySettleAsync(write.Key, null, cancellationToken).ConfigureAwait(false))
            {
                throw MirrorErrors.InDoubt(write.Key, other.Name, side.Name, failure);
            }
        }

        T answer;
        try
        {
            answer = await write.ApplyAsync(side.Provider, async (attempt, token) => note = await NoteAloneAsync(side, note, attempt, token).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        }
        catch (ImageStorageException exception) when (exception is not StorageUnavailableException)
        {
            await DropAloneAsync(side, note, isRefused: exception is ImageConflictException).ConfigureAwait(false);
            throw;
        }

        if (!write.HasChanged(answer))
        {
            await DropAloneAsync(side, note, isRefused: true).ConfigureAwait(false);
        }
        else if (other.Health.IsDown || !await TrySettleAsync(write.Key, note, cancellationToken).ConfigureAwait(false))
        {
            await FinishAloneAsync(side, other, note, failure?.Message ?? $"{other.Name} does not answer.").ConfigureAwait(false);
        }

        return answer;
    }

    private async Task<bool> TrySettleAsync(ImageKey key, MirrorNote? own, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(options.CopyTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var held = await locks.EnterAsync(key, either.Token).ConfigureAwait(false);
            await leveler.SettleLockedAsync(key, own, false, either.Token).ConfigureAwait(false);
            return true;
        }
        catch (Exception exception) when (exception is ImageStorageException || (exception is OperationCanceledException && (own is not null || limit.IsCancellationRequested)))
        {
            return false;
        }
    }

    /// <summary>Says that the write has had its effect, and makes every process see that this side is ahead, before it is acknowledged.</summary>
    private async Task FinishAloneAsync(MirrorSide side, MirrorSide other, MirrorNote note, string reason)
    {
        // The write is done: a call that is cancelled from here on must not look as if it had changed nothing.
        await side.Notes.PutHereAsync(note with { IsOpen = false }, CancellationToken.None).ConfigureAwait(false);
        await side.EnsureLeadAsync(wait: true, CancellationToken.None).ConfigureAwait(false);
        if (side == mirror)
        {
            await DropAsync(mirror.Notes.RemoveDoubtAsync, note).ConfigureAwait(false);
        }

        Missed(note.Key, other, reason);
    }

    /// <summary>Takes the notes away of a write that changed nothing. Where what is stored refuses it, it was refused on the other side, too, which had the same.</summary>
    private async Task DropAloneAsync(MirrorSide side, MirrorNote note, bool isRefused)
    {
        await DropAsync(side.Notes.RemoveHereAsync, note).ConfigureAwait(false);
        if (isRefused && side == mirror)
        {
            await DropAsync(mirror.Notes.RemoveDoubtAsync, note).ConfigureAwait(false);
        }
    }

    private void Missed(ImageKey key, MirrorSide side, string reason)
    {
        Log.ReplicaMissed(logger, key, side.Name, reason);
        events.Publish(new ReplicaMissed(key, side.Name, reason) { At = clock.GetUtcNow() });
    }

    /// <summary>Takes a note away that is not needed. One that stays costs a look of the reconciler.</summary>
    private async Task DropAsync(Func<MirrorNote, CancellationToken, Task> remove, MirrorNote note)
    {
        try
        {
            await remove(note, CancellationToken.None).ConfigureAwait(false);
        }
        catch (ImageStorageException exception)
        {
            Log.MirrorNoteLeft(logger, exception);
        }
    }
}
