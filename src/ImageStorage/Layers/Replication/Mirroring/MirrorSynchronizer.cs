using ImageStorage.Providers;
using ImageStorage.Replication;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Mirroring;

/// <summary>
/// Synchronizes one image. Reads the follower, then the leader, writes the follower on condition that its version is
/// unchanged, and repeats until a read finds the replicas in sync. Every write with a hint before that read is then on
/// both replicas. A crash at any point leaves the hints, and the next attempt determines what remains to be done.
/// </summary>
internal sealed class MirrorSynchronizer(MirrorReplica primary, MirrorReplica mirror, ActiveMirrorWrites activeWrites, KeyLocks locks, TimeProvider clock, IStorageEventSink events, ILogger logger)
{
    private const int MaxAttempts = 16;

    /// <summary>Synchronizes an image under its lock.</summary>
    public async Task<MirrorOutcome> SynchronizeAsync(ImageKey key, bool isResync, CancellationToken cancellationToken)
    {
        using var held = await locks.EnterAsync(key, cancellationToken).ConfigureAwait(false);
        return await SynchronizeLockedAsync(key, null, isResync, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Synchronizes an image and removes the hints that are no longer needed.</summary>
    /// <param name="key">The image; the caller holds its lock.</param>
    /// <param name="own">The hint of the caller's own write, which has taken effect.</param>
    /// <param name="isResync">Whether differences without a hint are resolved, too.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="StorageCorruptedException">The winning version is damaged.</exception>
    public async Task<MirrorOutcome> SynchronizeLockedAsync(ImageKey key, MirrorHint? own, bool isResync, CancellationToken cancellationToken)
    {
        var outcome = MirrorOutcome.AlreadyInSync;
        Move? last = null;
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            var hints = await ReadAsync(key, cancellationToken).ConfigureAwait(false);
            var move = await PlanNextMoveAsync(key, hints, isResync, last, cancellationToken).ConfigureAwait(false);
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
                var isRetained = move.IsConflict && await RetainReplacedAsync(move, cancellationToken).ConfigureAwait(false);
                await ApplyAsync(key, move, cancellationToken).ConfigureAwait(false);
                if (isRetained)
                {
                    PublishWinner(key, move.Version);
                }

                outcome = isRetained || outcome == MirrorOutcome.Conflict ? MirrorOutcome.Conflict : move.Version is null ? MirrorOutcome.Deleted : MirrorOutcome.Copied;
                last = move;
            }
            catch (ImageConflictException exception) when (exception.Key == key)
            {
                // Another writer changed a replica between the read and the write. Read again.
            }
        }

        throw MirrorErrors.Contended(key, primary.Name);
    }

    /// <summary>Returns whether no hint of the image exists.</summary>
    public async Task<bool> HasNoHintsAsync(ImageKey key, CancellationToken cancellationToken) => (await ReadAsync(key, cancellationToken).ConfigureAwait(false)).IsEmpty;

    private async Task<ImageHints> ReadAsync(ImageKey key, CancellationToken cancellationToken)
    {
        var hints = new ImageHints([], [], [], []);
        foreach (var replica in (MirrorReplica[])[primary, mirror])
        {
            foreach (var name in await replica.Hints.ListAheadAsync(key, cancellationToken).ConfigureAwait(false))
            {
                await AddAsync(replica, name, replica == primary ? hints.OnPrimary.Add : hints.OnMirror.Add).ConfigureAwait(false);
            }

            foreach (var name in await replica.Hints.ListInDoubtAsync(key, cancellationToken).ConfigureAwait(false))
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
    private async Task<Move?> PlanNextMoveAsync(ImageKey key, ImageHints hints, bool isResync, Move? last, CancellationToken cancellationToken)
    {
        // The follower is read first, so the state of the leader is at least as new.
        var mirrorMayBeAhead = hints.OnMirror.Count > 0 || hints.Unreadable.Exists(hint => hint.Replica == mirror);
        var (ofPrimary, ofMirror) = mirrorMayBeAhead
            ? (await primary.FindAsync(key, cancellationToken).ConfigureAwait(false), await mirror.FindAsync(key, cancellationToken).ConfigureAwait(false))
            : Swapped(await mirror.FindAsync(key, cancellationToken).ConfigureAwait(false), await primary.FindAsync(key, cancellationToken).ConfigureAwait(false));
        if (ofPrimary.Info?.ETag == ofMirror.Info?.ETag && !ofPrimary.IsDamaged && !ofMirror.IsDamaged)
        {
            return null;
        }

        var primaryIsAhead = IsAhead(primary, hints.OnPrimary, hints, ofPrimary);
        var mirrorIsAhead = IsAhead(mirror, hints.OnMirror, hints, ofMirror);
        if (isResync && hints.IsEmpty)
        {
            return ResolveUnexplained(ofPrimary, ofMirror, last);
        }

        if (primaryIsAhead && mirrorIsAhead)
        {
            return ResolveBothAhead(hints, ofPrimary, ofMirror);
        }

        if (mirrorIsAhead)
        {
            // A write that was interrupted between the replicas was never acknowledged, so its version need not be
            // retained.
            return new Move(mirror, ofMirror, primary, ofPrimary, IsUnexplained(hints.OnMirror, ofPrimary.Info) && !hints.InDoubt.Exists(inDoubt => Explains(inDoubt.Note, ofPrimary.Info)));
        }

        if (mirrorMayBeAhead)
        {
            // The mirror is not ahead after all, so the primary must be read last.
            ofPrimary = await primary.FindAsync(key, cancellationToken).ConfigureAwait(false);
            if (ofPrimary.Info?.ETag == ofMirror.Info?.ETag && !ofPrimary.IsDamaged && !ofMirror.IsDamaged)
            {
                return null;
            }
        }

        return new Move(primary, ofPrimary, mirror, ofMirror, primaryIsAhead && hints.InDoubt.Count == 0 && IsUnexplained(hints.OnPrimary, ofMirror.Info));

        static (T Second, T First) Swapped<T>(T first, T second) => (second, first);
    }

    private static bool IsAhead(MirrorReplica replica, List<MirrorHint> own, ImageHints hints, (ImageInfo? Info, bool IsDamaged) state) =>
        own.Exists(hint => MirrorLeaderSelector.HasTakenEffect(hint, state.Info, state.IsDamaged)) || hints.Unreadable.Exists(hint => hint.Replica == replica && hint.Name.Value.StartsWith(MirrorHints.AheadPrefix, StringComparison.Ordinal));

    /// <summary>Returns whether the follower has a version that no write on the leader started from or wrote.</summary>
    private static bool IsUnexplained(List<MirrorHint> hints, ImageInfo? follower) =>
        follower is not null && hints.Count > 0 && !hints.Exists(hint => hint.Base == follower.ETag.Value || hint.Attempt == MirrorCopies.HashOf(follower.Digest));

    private static bool Explains(MirrorHint inDoubt, ImageInfo? state) => state is not null && (inDoubt.Attempt == MirrorHint.AnyAttempt || inDoubt.Attempt == MirrorCopies.HashOf(state.Digest));

    /// <summary>
    /// Resolves an image that was written on both replicas independently: the newer write wins as far as the clocks can
    /// tell, and the other version is retained.
    /// </summary>
    private Move ResolveBothAhead(ImageHints hints, (ImageInfo? Info, bool IsDamaged) ofPrimary, (ImageInfo? Info, bool IsDamaged) ofMirror)
    {
        var mirrorIsNewer = ofPrimary.IsDamaged || (!ofMirror.IsDamaged && TimeOf(ofMirror.Info, hints.OnMirror) > TimeOf(ofPrimary.Info, hints.OnPrimary));
        return mirrorIsNewer
            ? new Move(mirror, ofMirror, primary, ofPrimary, IsUnexplained(hints.OnMirror, ofPrimary.Info))
            : new Move(primary, ofPrimary, mirror, ofMirror, IsUnexplained(hints.OnPrimary, ofMirror.Info));

        static DateTimeOffset TimeOf(ImageInfo? info, List<MirrorHint> own) => info?.ModifiedAt ?? (own.Count == 0 ? default : own.Max(hint => hint.Time));
    }

    /// <summary>
    /// Resolves a difference without a hint: a program bypassed the store, or a replica has lost an image.
    /// </summary>
    private Move ResolveUnexplained((ImageInfo? Info, bool IsDamaged) ofPrimary, (ImageInfo? Info, bool IsDamaged) ofMirror, Move? last)
    {
        if (last is { Version: { } copied, Leader: var source } && (source == primary ? ofPrimary : ofMirror) is { Info: null, IsDamaged: false } && (source == primary ? ofMirror : ofPrimary).Info?.ETag == copied.ETag)
        {
            // The image was deleted while it was copied, so the copy is deleted, too.
            return source == primary ? new Move(primary, ofPrimary, mirror, ofMirror, false) : new Move(mirror, ofMirror, primary, ofPrimary, false);
        }

        // A damaged image that the other replica does not have is the only copy, and is reported instead of deleted.
        var isOnlyCopy = ofPrimary.IsDamaged && ofMirror is { Info: null, IsDamaged: false };
        var mirrorLeads = ofPrimary.Info is { } here ? ofMirror.Info is { } there && there.ModifiedAt > here.ModifiedAt : !isOnlyCopy;
        return mirrorLeads ? new Move(mirror, ofMirror, primary, ofPrimary, ofPrimary.Info is not null) : new Move(primary, ofPrimary, mirror, ofMirror, ofMirror.Info is not null);
    }

    /// <summary>Retains the losing version as an image on both replicas.</summary>
    /// <returns><see langword="false"/> if only the version and the times of the winner differ.</returns>
    private async Task<bool> RetainReplacedAsync(Move move, CancellationToken cancellationToken)
    {
        var (version, follower, leader) = (move.Replaced.Info!, move.Follower, move.Leader);
        if (move.Version is { } winner && SameRecord.Is(version with { CreatedAt = winner.CreatedAt }, winner))
        {
            return false;
        }

        var key = ConflictKeyOf(version);
        var retained = await MirrorCopies.CopyAsync(follower, leader, version, version, key, null, cancellationToken).ConfigureAwait(false);
        await MirrorCopies.CopyAsync(follower, follower, version, version, key, null, cancellationToken).ConfigureAwait(false);
        Log.MirrorConflict(logger, leader.Name);
        events.Publish(new MirrorConflict { At = clock.GetUtcNow(), Key = version.Key, Winner = leader.Name, RetainedAs = key });
        events.Publish(new ImageSaved { At = clock.GetUtcNow(), Info = retained });
        return true;
    }

    // Readers of the other replica have seen the version that lost.
    private void PublishWinner(ImageKey key, ImageInfo? winner) => events.Publish(
        winner is null ? new ImageDeleted { At = clock.GetUtcNow(), Key = key } : new ImageSaved { At = clock.GetUtcNow(), Info = winner });

    /// <summary>
    /// Returns the key of a retained version. The key includes that of the image if the length permits.
    /// </summary>
    private static ImageKey ConflictKeyOf(ImageInfo version)
    {
        var prefix = $"mirror-conflicts/{version.ETag}";
        return ImageKey.TryParse($"{prefix}/{version.Key}", out var key) ? key : prefix;
    }

    private static Task ApplyAsync(ImageKey key, Move move, CancellationToken cancellationToken)
    {
        if (move.IsLeaderDamaged)
        {
            throw new ImageCorruptedException($"Image '{key}' is damaged on {move.Leader.Name}, which has the winning version. Save the image again, or delete it.") { Key = key, Provider = move.Leader.Name, Reason = "the winning version is damaged" };
        }

        // A damaged record has no version to protect and none that a precondition could name.
        Precondition? precondition = move.Replaced.IsDamaged ? null : move.Replaced.Info is { } replaced ? new IfMatch(replaced.ETag) : IfNoneMatch.Any;
        return move.Version is { } version
            ? CopyAsync(key, move, version, precondition, cancellationToken)
            : move.Follower.Provider.DeleteAsync(key, new DeleteOptions { Precondition = precondition as IfMatch }, cancellationToken);
    }

    private static async Task CopyAsync(ImageKey key, Move move, ImageInfo version, Precondition? precondition, CancellationToken cancellationToken)
    {
        if (move.Replaced.Info is { } replaced && MirrorCopies.HaveSameBytes(replaced, version))
        {
            try
            {
                // Only the record is new. The follower's own bytes are used, because the leader's bytes may be damaged.
                await MirrorCopies.CopyAsync(move.Follower, move.Follower, replaced, version, key, precondition, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (ImageCorruptedException)
            {
                // The follower's bytes are damaged: copy from the leader.
            }
        }

        await MirrorCopies.CopyAsync(move.Leader, move.Follower, version, version, key, precondition, cancellationToken).ConfigureAwait(false);
    }

    private async Task RemoveAsync(ImageHints hints, MirrorHint? own, CancellationToken cancellationToken)
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

    /// <summary>A write that brings the replicas closer.</summary>
    private sealed record Move(MirrorReplica Leader, (ImageInfo? Info, bool IsDamaged) Leading, MirrorReplica Follower, (ImageInfo? Info, bool IsDamaged) Replaced, bool IsConflict)
    {
        public ImageInfo? Version => Leading.Info;

        public bool IsLeaderDamaged => Leading.IsDamaged;
    }
}
