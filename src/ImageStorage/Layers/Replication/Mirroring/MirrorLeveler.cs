using ImageStorage.Diagnostics;
using ImageStorage.Providers;
using ImageStorage.Replication;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Mirroring;

/// <summary>
/// Makes the two sides equal in one image. It reads the side that follows, then the one that leads, writes the first on condition that it is still as it was, and
/// begins again until a look finds them equal: then every write that had its note before the look is on both. A crash at any point leaves
/// the notes, and the next attempt finds out by itself what is done.
/// </summary>
internal sealed class MirrorLeveler(MirrorSide primary, MirrorSide mirror, MirrorWrites writes, KeyLocks locks, TimeProvider clock, StorageEventQueue events, ILogger logger)
{
    private const int MaxAttempts = 16;

    public async Task<MirrorOutcome> SettleAsync(ImageKey key, bool isResync, CancellationToken cancellationToken)
    {
        using var held = await locks.EnterAsync(key, cancellationToken).ConfigureAwait(false);
        return await SettleLockedAsync(key, null, isResync, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Makes the sides equal, and takes away the notes that are done with by that.</summary>
    /// <param name="key">The image, whose lock is held.</param>
    /// <param name="own">The note of the caller's own write, which has had its effect.</param>
    /// <param name="isResync">Are differences to be settled that no note explains?</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="StorageCorruptedException">The version that counts is damaged.</exception>
    public async Task<MirrorOutcome> SettleLockedAsync(ImageKey key, MirrorNote? own, bool isResync, CancellationToken cancellationToken)
    {
        var outcome = MirrorOutcome.AlreadyEqual;
        Move? last = null;
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            var notes = await ReadAsync(key, cancellationToken).ConfigureAwait(false);
            var move = await LookAsync(key, notes, isResync, last, cancellationToken).ConfigureAwait(false);
            if (move is null)
            {
                await RemoveAsync(notes, own, cancellationToken).ConfigureAwait(false);
                return outcome;
            }

            if (move.IsLeaderDamaged && last is not { IsLeaderDamaged: true })
            {
                // Another process may have repaired or replaced the image since it was found damaged: look once more before it is reported.
                last = move;
                continue;
            }

            try
            {
                var kept = move.IsConflict && await KeepAsync(move, cancellationToken).ConfigureAwait(false);
                await ApplyAsync(key, move, cancellationToken).ConfigureAwait(false);
                outcome = kept || outcome == MirrorOutcome.Conflict ? MirrorOutcome.Conflict : move.Version is null ? MirrorOutcome.Deleted : MirrorOutcome.Copied;
                last = move;
            }
            catch (ImageConflictException exception) when (exception.Key == key)
            {
                // Somebody wrote one of the sides between the look and the write: look again.
            }
        }

        throw MirrorErrors.Contended(key, primary.Name);
    }

    /// <summary>Does nothing speak of a difference between the sides in this image?</summary>
    public async Task<bool> IsUnnotedAsync(ImageKey key, CancellationToken cancellationToken) => (await ReadAsync(key, cancellationToken).ConfigureAwait(false)).IsEmpty;

    private async Task<NotesOfImage> ReadAsync(ImageKey key, CancellationToken cancellationToken)
    {
        var notes = new NotesOfImage([], [], [], []);
        foreach (var side in (MirrorSide[])[primary, mirror])
        {
            foreach (var name in await side.Notes.ListHereAsync(key, cancellationToken).ConfigureAwait(false))
            {
                await AddAsync(side, name, side == primary ? notes.OnPrimary.Add : notes.OnMirror.Add).ConfigureAwait(false);
            }

            foreach (var name in await side.Notes.ListDoubtsAsync(key, cancellationToken).ConfigureAwait(false))
            {
                await AddAsync(side, name, note => notes.Doubts.Add((side, note))).ConfigureAwait(false);
            }
        }

        return notes;

        async Task AddAsync(MirrorSide side, DocumentName name, Action<MirrorNote> add)
        {
            try
            {
                if (await side.Notes.GetAsync(name, cancellationToken).ConfigureAwait(false) is { } note)
                {
                    add(note);
                }
            }
            catch (StorageCorruptedException)
            {
                notes.Unreadable.Add((side, name));
            }
        }
    }

    /// <summary>What is to be done next; null when the sides are equal.</summary>
    private async Task<Move?> LookAsync(ImageKey key, NotesOfImage notes, bool isResync, Move? last, CancellationToken cancellationToken)
    {
        // The side that follows is read first: what is read of the other is then at least as new.
        var mirrorMayRule = notes.OnMirror.Count > 0 || notes.Unreadable.Exists(note => note.Side == mirror);
        var (ofPrimary, ofMirror) = mirrorMayRule
            ? (await primary.FindAsync(key, cancellationToken).ConfigureAwait(false), await mirror.FindAsync(key, cancellationToken).ConfigureAwait(false))
            : Swapped(await mirror.FindAsync(key, cancellationToken).ConfigureAwait(false), await primary.FindAsync(key, cancellationToken).ConfigureAwait(false));
        if (ofPrimary.Info?.ETag == ofMirror.Info?.ETag && !ofPrimary.IsDamaged && !ofMirror.IsDamaged)
        {
            return null;
        }

        var primaryRules = Rules(primary, notes.OnPrimary, notes, ofPrimary);
        var mirrorRules = Rules(mirror, notes.OnMirror, notes, ofMirror);
        if (isResync && notes.IsEmpty)
        {
            return Unexplained(ofPrimary, ofMirror, last);
        }

        if (primaryRules && mirrorRules)
        {
            return Both(notes, ofPrimary, ofMirror);
        }

        if (mirrorRules)
        {
            // A write that was cut off between the two sides was never acknowledged, so it needs no keeping.
            return new Move(mirror, ofMirror, primary, ofPrimary, IsUnknown(notes.OnMirror, ofPrimary.Info) && !notes.Doubts.Exists(doubt => Explains(doubt.Note, ofPrimary.Info)));
        }

        if (mirrorMayRule)
        {
            // The mirror does not rule after all, so the primary is to be read last.
            ofPrimary = await primary.FindAsync(key, cancellationToken).ConfigureAwait(false);
            if (ofPrimary.Info?.ETag == ofMirror.Info?.ETag && !ofPrimary.IsDamaged && !ofMirror.IsDamaged)
            {
                return null;
            }
        }

        return new Move(primary, ofPrimary, mirror, ofMirror, primaryRules && notes.Doubts.Count == 0 && IsUnknown(notes.OnPrimary, ofMirror.Info));

        static (T Second, T First) Swapped<T>(T first, T second) => (second, first);
    }

    private static bool Rules(MirrorSide side, List<MirrorNote> own, NotesOfImage notes, (ImageInfo? Info, bool IsDamaged) state) =>
        own.Exists(note => MirrorLeadership.HadEffect(note, state.Info, state.IsDamaged)) || notes.Unreadable.Exists(note => note.Side == side && note.Name.Value.StartsWith(MirrorNotes.AheadPrefix, StringComparison.Ordinal));

    /// <summary>Has the side that follows a version that none of the writes on the other one began from, and none of them brought?</summary>
    private static bool IsUnknown(List<MirrorNote> notes, ImageInfo? follower) =>
        follower is not null && notes.Count > 0 && !notes.Exists(note => note.Base == follower.ETag.Value || note.Attempt == MirrorCopies.HashOf(follower.Digest));

    private static bool Explains(MirrorNote doubt, ImageInfo? state) => state is not null && (doubt.Attempt == MirrorNote.AnyAttempt || doubt.Attempt == MirrorCopies.HashOf(state.Digest));

    /// <summary>Both sides were written alone. The newer write counts, as far as the clocks can tell; the other version is kept.</summary>
    private Move Both(NotesOfImage notes, (ImageInfo? Info, bool IsDamaged) ofPrimary, (ImageInfo? Info, bool IsDamaged) ofMirror)
    {
        var mirrorIsNewer = ofPrimary.IsDamaged || (!ofMirror.IsDamaged && TimeOf(ofMirror.Info, notes.OnMirror) > TimeOf(ofPrimary.Info, notes.OnPrimary));
        return mirrorIsNewer
            ? new Move(mirror, ofMirror, primary, ofPrimary, IsUnknown(notes.OnMirror, ofPrimary.Info))
            : new Move(primary, ofPrimary, mirror, ofMirror, IsUnknown(notes.OnPrimary, ofMirror.Info));

        static DateTimeOffset TimeOf(ImageInfo? info, List<MirrorNote> own) => info?.ModifiedAt ?? (own.Count == 0 ? default : own.Max(note => note.At));
    }

    /// <summary>A difference that no note explains: somebody wrote past the store, or a medium has lost something.</summary>
    private Move Unexplained((ImageInfo? Info, bool IsDamaged) ofPrimary, (ImageInfo? Info, bool IsDamaged) ofMirror, Move? last)
    {
        if (last is { Version: { } copied, Leader: var source } && (source == primary ? ofPrimary : ofMirror) is { Info: null, IsDamaged: false } && (source == primary ? ofMirror : ofPrimary).Info?.ETag == copied.ETag)
        {
            // It was deleted while it was copied: the copy goes, too.
            return source == primary ? new Move(primary, ofPrimary, mirror, ofMirror, false) : new Move(mirror, ofMirror, primary, ofPrimary, false);
        }

        var mirrorLeads = ofPrimary.Info is null || (ofMirror.Info is { } there && there.ModifiedAt > ofPrimary.Info.ModifiedAt);
        return mirrorLeads ? new Move(mirror, ofMirror, primary, ofPrimary, ofPrimary.Info is not null) : new Move(primary, ofPrimary, mirror, ofMirror, ofMirror.Info is not null);
    }

    /// <summary>Keeps the version that will not count as an image of its own, on both sides.</summary>
    private async Task<bool> KeepAsync(Move move, CancellationToken cancellationToken)
    {
        var (version, follower, leader) = (move.Replaced.Info!, move.Follower, move.Leader);
        if (move.Version is { } winner && winner.Digest == version.Digest && winner.FileName == version.FileName && winner.Tags.AsSpan().SequenceEqual(version.Tags.AsSpan()) && winner.Metadata.SequenceEqual(version.Metadata))
        {
            return false;
        }

        var key = ConflictKeyOf(version);
        await MirrorCopies.CopyAsync(follower, leader, version, version, key, null, cancellationToken).ConfigureAwait(false);
        await MirrorCopies.CopyAsync(follower, follower, version, version, key, null, cancellationToken).ConfigureAwait(false);
        Log.MirrorConflict(logger, leader.Name);
        events.Publish(new MirrorConflict(version.Key, leader.Name, key) { At = clock.GetUtcNow() });
        return true;
    }

    /// <summary>The key under which a version is kept: it tells the image, where that fits.</summary>
    private static ImageKey ConflictKeyOf(ImageInfo version)
    {
        var prefix = $"mirror-conflicts/{version.ETag}";
        return ImageKey.TryParse($"{prefix}/{version.Key}", out var key) ? key : prefix;
    }

    private static Task ApplyAsync(ImageKey key, Move move, CancellationToken cancellationToken)
    {
        if (move.IsLeaderDamaged)
        {
            throw new ImageCorruptedException($"Image '{key}' is damaged on {move.Leader.Name}, which has the version that counts. Save it anew, or delete it.") { Key = key, Provider = move.Leader.Name, Reason = "it is damaged on the side that has the version that counts" };
        }

        // A damaged record has no version to protect, and none that could be judged.
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
                // Only the record is new: the bytes need not come from the other side, which may have them damaged.
                await MirrorCopies.CopyAsync(move.Follower, move.Follower, replaced, version, key, precondition, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (ImageCorruptedException)
            {
                // Then they must come from there.
            }
        }

        await MirrorCopies.CopyAsync(move.Leader, move.Follower, version, version, key, precondition, cancellationToken).ConfigureAwait(false);
    }

    private async Task RemoveAsync(NotesOfImage notes, MirrorNote? own, CancellationToken cancellationToken)
    {
        foreach (var (side, note) in notes.OnPrimary.Select(note => (primary, note)).Concat(notes.OnMirror.Select(note => (mirror, note))).Concat(notes.Doubts))
        {
            if (note.Id == own?.Id || writes.HasEnded(note))
            {
                await side.Notes.RemoveAsync(note.Name, cancellationToken).ConfigureAwait(false);
            }
        }

        foreach (var (side, name) in notes.Unreadable)
        {
            await side.Notes.SetAsideAsync(name, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>One write that makes the sides more alike.</summary>
    private sealed record Move(MirrorSide Leader, (ImageInfo? Info, bool IsDamaged) Leading, MirrorSide Follower, (ImageInfo? Info, bool IsDamaged) Replaced, bool IsConflict)
    {
        public ImageInfo? Version => Leading.Info;

        public bool IsLeaderDamaged => Leading.IsDamaged;
    }
}
