using ImageStorage.Providers;
using ImageStorage.Replication;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Mirroring;

/// <summary>
/// Synchronizes one image or document. Reads the follower, then the leader, writes the follower on condition that its version is
/// unchanged, and repeats until a read finds the replicas in sync. Every write with a hint before that read is then on
/// both replicas. A crash at any point leaves the hints, and the next attempt determines what remains to be done.
/// </summary>
internal sealed class MirrorSynchronizer(MirrorReplica primary, MirrorReplica mirror, ActiveMirrorWrites activeWrites, KeyLocks locks, TimeProvider clock, IStorageEventSink events, ILogger logger)
{
    private const int MaxAttempts = 16;

    /// <summary>Synchronizes an item under its lock.</summary>
    public async Task<MirrorOutcome> SynchronizeAsync(MirrorItem item, bool isResync, CancellationToken cancellationToken)
    {
        using var held = await locks.EnterAsync(item.Key, cancellationToken).ConfigureAwait(false);
        return await SynchronizeLockedAsync(item, null, isResync, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Synchronizes an item and removes the hints that are no longer needed.</summary>
    /// <param name="item">The image or document; the caller holds its lock.</param>
    /// <param name="own">The hint of the caller's own write, which has taken effect.</param>
    /// <param name="isResync">Whether differences without a hint are resolved, too.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="StorageCorruptedException">The winning version is damaged.</exception>
    public async Task<MirrorOutcome> SynchronizeLockedAsync(MirrorItem item, MirrorHint? own, bool isResync, CancellationToken cancellationToken)
    {
        var outcome = MirrorOutcome.AlreadyInSync;
        MirrorMove? last = null;
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            var hints = await ReadAsync(item, cancellationToken).ConfigureAwait(false);
            var move = await PlanNextMoveAsync(item, hints, isResync, last, cancellationToken).ConfigureAwait(false);
            if (move is null)
            {
                await RemoveAsync(hints, own, cancellationToken).ConfigureAwait(false);
                return outcome;
            }

            if (move.IsLeaderDamaged && last is not { IsLeaderDamaged: true })
            {
                // Another process may have repaired or replaced the image since the damage was found. Read again before
                // reporting the damage.
                last = move;
                continue;
            }

            try
            {
                var isRetained = move.IsConflict && await RetainReplacedAsync(item, move, cancellationToken).ConfigureAwait(false);
                await item.ApplyAsync(move, cancellationToken).ConfigureAwait(false);
                if (isRetained)
                {
                    PublishWinner(item, move.Version?.Image);
                }

                outcome = isRetained || outcome == MirrorOutcome.Conflict ? MirrorOutcome.Conflict : move.Version is null ? MirrorOutcome.Deleted : MirrorOutcome.Copied;
                last = move;
            }
            catch (ImageConflictException exception) when (exception.Key == item.Key)
            {
                // Another writer changed a replica between the read and the write. Read again.
            }
        }

        throw MirrorErrors.Contended(item, primary.Name);
    }

    /// <summary>Returns whether no hint of an item exists.</summary>
    public async Task<bool> HasNoHintsAsync(MirrorItem item, CancellationToken cancellationToken) => (await ReadAsync(item, cancellationToken).ConfigureAwait(false)).IsEmpty;

    private async Task<ItemHints> ReadAsync(MirrorItem item, CancellationToken cancellationToken)
    {
        var hints = new ItemHints([], [], [], []);
        foreach (var replica in (MirrorReplica[])[primary, mirror])
        {
            foreach (var name in await replica.Hints.ListAheadAsync(item, cancellationToken).ConfigureAwait(false))
            {
                await AddAsync(replica, name, replica == primary ? hints.OnPrimary.Add : hints.OnMirror.Add).ConfigureAwait(false);
            }

            foreach (var name in await replica.Hints.ListInDoubtAsync(item, cancellationToken).ConfigureAwait(false))
            {
                await AddAsync(replica, name, hint => hints.InDoubt.Add((replica, hint))).ConfigureAwait(false);
            }
        }

        return hints;

        async Task AddAsync(MirrorReplica replica, DocumentName name, Action<MirrorHint> add)
        {
            try
            {
                if (await replica.Hints.GetAsync(name, cancellationToken).ConfigureAwait(false) is { } hint)
                {
                    add(hint);
                }
            }
            catch (StorageCorruptedException)
            {
                hints.Unreadable.Add((replica, name));
            }
        }
    }

    /// <summary>Returns the next write, or <see langword="null"/> if the replicas are in sync.</summary>
    private async Task<MirrorMove?> PlanNextMoveAsync(MirrorItem item, ItemHints hints, bool isResync, MirrorMove? last, CancellationToken cancellationToken)
    {
        // The follower is read first, so the state of the leader is at least as new.
        var mirrorMayBeAhead = hints.OnMirror.Count > 0 || hints.Unreadable.Exists(hint => hint.Replica == mirror);
        var (ofPrimary, ofMirror) = mirrorMayBeAhead
            ? (await item.FindAsync(primary, cancellationToken).ConfigureAwait(false), await item.FindAsync(mirror, cancellationToken).ConfigureAwait(false))
            : Swapped(await item.FindAsync(mirror, cancellationToken).ConfigureAwait(false), await item.FindAsync(primary, cancellationToken).ConfigureAwait(false));
        if (ofPrimary.IsSameAs(ofMirror))
        {
            return null;
        }

        var primaryIsAhead = IsAhead(primary, hints.OnPrimary, hints, ofPrimary);
        var mirrorIsAhead = IsAhead(mirror, hints.OnMirror, hints, ofMirror);
        if (isResync && hints.IsEmpty)
        {
            // A write may have begun, or begun and ended, between the reads. Its hint is older than its first effect, so a
            // difference that is seen twice, each time after a look without hints, belongs to no write.
            var again = await ReadAsync(item, cancellationToken).ConfigureAwait(false);
            var isStable = again.IsEmpty
                && IsUnchanged(ofPrimary, await item.FindAsync(primary, cancellationToken).ConfigureAwait(false))
                && IsUnchanged(ofMirror, await item.FindAsync(mirror, cancellationToken).ConfigureAwait(false));
            return isStable ? ResolveUnexplained(ofPrimary, ofMirror, last) : await PlanNextMoveAsync(item, again, isResync, last, cancellationToken).ConfigureAwait(false);
        }

        if (primaryIsAhead && mirrorIsAhead)
        {
            return ResolveBothAhead(item, hints, ofPrimary, ofMirror);
        }

        if (mirrorIsAhead)
        {
            // A write that was interrupted between the replicas was never acknowledged, so its version need not be
            // retained.
            return new MirrorMove(mirror, ofMirror, primary, ofPrimary, IsUnexplained(hints.OnMirror, ofPrimary.Version) && !hints.InDoubt.Exists(inDoubt => Explains(inDoubt.Hint, ofPrimary.Version)));
        }

        if (mirrorMayBeAhead)
        {
            // The mirror is not ahead after all, so the primary must be read last.
            ofPrimary = await item.FindAsync(primary, cancellationToken).ConfigureAwait(false);
            if (ofPrimary.IsSameAs(ofMirror))
            {
                return null;
            }
        }

        return new MirrorMove(primary, ofPrimary, mirror, ofMirror, primaryIsAhead && hints.InDoubt.Count == 0 && IsUnexplained(hints.OnPrimary, ofMirror.Version));

        static (T Second, T First) Swapped<T>(T first, T second) => (second, first);
    }

    private static bool IsAhead(MirrorReplica replica, List<MirrorHint> own, ItemHints hints, MirrorState state) =>
        own.Exists(hint => MirrorLeaderSelector.HasTakenEffect(hint, state)) || hints.Unreadable.Exists(hint => hint.Replica == replica && hint.Name.Value.StartsWith(MirrorHints.AheadPrefix, StringComparison.Ordinal));

    /// <summary>Returns whether the follower has a version that no write on the leader started from or wrote.</summary>
    private static bool IsUnexplained(List<MirrorHint> hints, MirrorVersion? follower) =>
        follower is not null && hints.Count > 0 && !hints.Exists(hint => hint.Base == follower.Id || hint.Attempt == follower.Hash);

    private static bool Explains(MirrorHint inDoubt, MirrorVersion? state) => state is not null && (inDoubt.Attempt == MirrorHint.AnyAttempt || inDoubt.Attempt == state.Hash);

    /// <summary>
    /// Resolves an image that was written on both replicas independently: the newer write wins as far as the clocks can
    /// tell, and the other version is retained.
    /// </summary>
    private MirrorMove ResolveBothAhead(MirrorItem item, ItemHints hints, MirrorState ofPrimary, MirrorState ofMirror)
    {
        var mirrorIsNewer = ofPrimary.IsDamaged || (!ofMirror.IsDamaged && item.TimeOf(ofMirror.Version, hints.OnMirror) > item.TimeOf(ofPrimary.Version, hints.OnPrimary));
        return mirrorIsNewer
            ? new MirrorMove(mirror, ofMirror, primary, ofPrimary, IsUnexplained(hints.OnMirror, ofPrimary.Version))
            : new MirrorMove(primary, ofPrimary, mirror, ofMirror, IsUnexplained(hints.OnPrimary, ofMirror.Version));
    }

    private static bool IsUnchanged(MirrorState before, MirrorState after) => before.Version?.Id == after.Version?.Id && before.IsDamaged == after.IsDamaged;

    /// <summary>
    /// Resolves a difference without a hint: a program bypassed the store, or a replica has lost an image.
    /// </summary>
    private MirrorMove ResolveUnexplained(MirrorState ofPrimary, MirrorState ofMirror, MirrorMove? last)
    {
        if (last is { Version: { } copied, Leader: var source } && (source == primary ? ofPrimary : ofMirror) is { Version: null, IsDamaged: false } && (source == primary ? ofMirror : ofPrimary).Version?.Id == copied.Id)
        {
            // The image was deleted while it was copied, so the copy is deleted, too.
            return source == primary ? new MirrorMove(primary, ofPrimary, mirror, ofMirror, false) : new MirrorMove(mirror, ofMirror, primary, ofPrimary, false);
        }

        // A damaged image that the other replica does not have is the only copy, and is reported instead of deleted.
        var isOnlyCopy = ofPrimary.IsDamaged && ofMirror is { Version: null, IsDamaged: false };
        var mirrorLeads = ofPrimary.Version is { } here ? ofMirror.Version?.Image?.ModifiedAt > here.Image?.ModifiedAt : !isOnlyCopy;
        return mirrorLeads ? new MirrorMove(mirror, ofMirror, primary, ofPrimary, ofPrimary.Version is not null) : new MirrorMove(primary, ofPrimary, mirror, ofMirror, ofMirror.Version is not null);
    }

    /// <summary>Retains the losing version on both replicas.</summary>
    /// <returns><see langword="false"/> if nothing is lost with this version.</returns>
    private async Task<bool> RetainReplacedAsync(MirrorItem item, MirrorMove move, CancellationToken cancellationToken)
    {
        var retained = await item.RetainReplacedAsync(move, cancellationToken).ConfigureAwait(false);
        if (retained is null && item.Image is not null)
        {
            return false;
        }

        Log.MirrorConflict(logger, move.Leader.Name);
        if (item.Image is { } key && retained is not null)
        {
            events.Publish(new MirrorConflict { At = clock.GetUtcNow(), Key = key, Winner = move.Leader.Name, RetainedAs = retained.Key });
            events.Publish(new ImageSaved { At = clock.GetUtcNow(), Info = retained });
        }

        return true;
    }

    // Readers of the other replica have seen the version that lost.
    private void PublishWinner(MirrorItem item, ImageInfo? winner)
    {
        if (item.Image is { } key)
        {
            events.Publish(winner is null ? new ImageDeleted { At = clock.GetUtcNow(), Key = key } : new ImageSaved { At = clock.GetUtcNow(), Info = winner });
        }
    }

    private async Task RemoveAsync(ItemHints hints, MirrorHint? own, CancellationToken cancellationToken)
    {
        foreach (var (replica, hint) in hints.OnPrimary.Select(hint => (primary, hint)).Concat(hints.OnMirror.Select(hint => (mirror, hint))).Concat(hints.InDoubt))
        {
            if (hint.Id == own?.Id || activeWrites.HasEnded(hint))
            {
                await replica.Hints.RemoveAsync(hint.Name, cancellationToken).ConfigureAwait(false);
            }
        }

        foreach (var (replica, name) in hints.Unreadable)
        {
            await replica.Hints.RetainUnreadableAsync(name, cancellationToken).ConfigureAwait(false);
        }
    }
}
