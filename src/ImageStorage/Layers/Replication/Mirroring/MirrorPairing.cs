using ImageStorage.Providers;

namespace ImageStorage.Mirroring;

/// <summary>
/// Makes sure, once in a process, that the two sides belong together. A side that is new, because the mirror was just added or a disk
/// was replaced, joins: from then on the other one leads until a resync has brought everything to the new one.
/// </summary>
/// <remarks>Each step can be repeated, so a crash or another process at any point does no harm.</remarks>
internal sealed class MirrorPairing(MirrorSide primary, MirrorSide mirror)
{
    private volatile bool _isPaired;
    private volatile string? _pair;

    public bool IsPaired => _isPaired;

    /// <summary>Looks at both sides, if both answer; one that does not is looked at by a later call.</summary>
    /// <exception cref="StorageNotSupportedException">They are one store, or sides of different mirrors, or one that is new holds images.</exception>
    public async ValueTask EnsureAsync(CancellationToken cancellationToken)
    {
        while (!_isPaired)
        {
            try
            {
                _isPaired = await StepAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (StorageUnavailableException)
            {
                // Whoever needs the side that is down will say so.
                return;
            }
        }
    }

    /// <summary>
    /// Looks again at the sides that answer. Another process may have put a side of its own in the place of one of them; this process then no longer writes where that one reads,
    /// and must stop. A side that was replaced for all processes is used from now on.
    /// </summary>
    /// <exception cref="StorageNotSupportedException">The sides do not belong together any more.</exception>
    public async Task RecheckAsync(CancellationToken cancellationToken)
    {
        if (_isPaired && await IsOfPairAsync(primary, cancellationToken).ConfigureAwait(false) && await IsOfPairAsync(mirror, cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        _isPaired = false;
        await EnsureAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task<bool> IsOfPairAsync(MirrorSide side, CancellationToken cancellationToken)
    {
        try
        {
            return (await MirrorIdentity.ReadAsync(side, cancellationToken).ConfigureAwait(false))?.Pair == _pair;
        }
        catch (StorageUnavailableException)
        {
            // A side that does not answer is the affair of the calls that need it.
            return true;
        }
    }

    private async Task<bool> StepAsync(CancellationToken cancellationToken)
    {
        var seen = await ReadAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await StepAsync(seen.OfPrimary, seen.OfMirror, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageNotSupportedException)
        {
            if (await ReadAsync(cancellationToken).ConfigureAwait(false) == seen)
            {
                throw;
            }

            // Another process is pairing the two at this moment: what was seen of one was older than what was seen of the other.
            return false;
        }
    }

    private async Task<bool> StepAsync(MirrorIdentity? ofPrimary, MirrorIdentity? ofMirror, CancellationToken cancellationToken)
    {
        if (ofPrimary is not null && ofMirror is not null)
        {
            return await JudgeAsync(ofPrimary, ofMirror, cancellationToken).ConfigureAwait(false);
        }

        var hasPrimary = await HasImagesAsync(primary, cancellationToken).ConfigureAwait(false);
        var hasMirror = await HasImagesAsync(mirror, cancellationToken).ConfigureAwait(false);
        if (await ReadAsync(cancellationToken).ConfigureAwait(false) != (ofPrimary, ofMirror))
        {
            // Another call or process was faster, and what was seen may be the first images of the pair: they come only behind its identities.
            return false;
        }

        var isPrimaryLeader = ofPrimary is not null || (ofMirror is null && (hasPrimary || !hasMirror));
        await (isPrimaryLeader
            ? JoinAsync(primary, hasPrimary, ofPrimary, mirror, hasMirror, cancellationToken)
            : JoinAsync(mirror, hasMirror, ofMirror, primary, hasPrimary, cancellationToken)).ConfigureAwait(false);
        return false;
    }

    /// <summary>Do two sides that both have an identity belong together? One that has just joined has a new pair, which the other one takes over here.</summary>
    private async Task<bool> JudgeAsync(MirrorIdentity ofPrimary, MirrorIdentity ofMirror, CancellationToken cancellationToken)
    {
        if (ofPrimary.Member == ofMirror.Member)
        {
            throw MirrorErrors.SameStore(primary.Name, mirror.Name);
        }

        if (ofPrimary.Pair == ofMirror.Pair)
        {
            _pair = ofPrimary.Pair;
            return ofPrimary.IsPrimary && !ofMirror.IsPrimary ? true : throw MirrorErrors.Exchanged(primary.Name, mirror.Name);
        }

        // What was the mirror may be the primary now, or the other way round; the side that is new knows nothing of before.
        if (ofMirror.Joins == ofPrimary.Place)
        {
            await (ofPrimary with { Pair = ofMirror.Pair, IsPrimary = true, Joins = null }).TryWriteAsync(primary, cancellationToken).ConfigureAwait(false);
            return false;
        }

        if (ofPrimary.Joins == ofMirror.Place)
        {
            await (ofMirror with { Pair = ofPrimary.Pair, IsPrimary = false, Joins = null }).TryWriteAsync(mirror, cancellationToken).ConfigureAwait(false);
            return false;
        }

        throw MirrorErrors.NotOfThisMirror(primary.Name, mirror.Name);
    }

    /// <summary>Takes one step towards a pair, in which a side leads and a new one follows.</summary>
    private async Task JoinAsync(MirrorSide leader, bool leaderHasImages, MirrorIdentity? identity, MirrorSide follower, bool followerHasImages, CancellationToken cancellationToken)
    {
        if (leaderHasImages)
        {
            await MarkResyncAsync(leader, cancellationToken).ConfigureAwait(false);
        }

        if (identity is null)
        {
            // The follower is looked at again: another process may have been faster, or the two may be one.
            await MirrorIdentity.New(leader == primary).TryWriteAsync(leader, cancellationToken).ConfigureAwait(false);
            return;
        }

        if (followerHasImages && await follower.Notes.GetLeadAsync(cancellationToken).ConfigureAwait(false) is null)
        {
            throw MirrorErrors.NotEmpty(follower.Name, leader.Name);
        }

        await MirrorIdentity.New(follower == primary, identity).TryWriteAsync(follower, cancellationToken).ConfigureAwait(false);
    }

    private async Task<(MirrorIdentity? OfPrimary, MirrorIdentity? OfMirror)> ReadAsync(CancellationToken cancellationToken) =>
        (await MirrorIdentity.ReadAsync(primary, cancellationToken).ConfigureAwait(false), await MirrorIdentity.ReadAsync(mirror, cancellationToken).ConfigureAwait(false));

    private static async Task<bool> HasImagesAsync(MirrorSide side, CancellationToken cancellationToken) =>
        (await side.Provider.ListAsync(new ImageQuery { Order = ImageOrder.KeyAscending, Limit = 1 }, cancellationToken).ConfigureAwait(false)).Items.Count > 0;

    private static async Task MarkResyncAsync(MirrorSide leader, CancellationToken cancellationToken)
    {
        var lead = await leader.Notes.GetLeadAsync(cancellationToken).ConfigureAwait(false);
        await leader.NoteAheadAsync(() => lead is { NeedsResync: true }
            ? Task.FromResult(true)
            : leader.Notes.TryPutLeadAsync(new MirrorLead(true, default), lead?.Version ?? DocumentETag.None, cancellationToken)).ConfigureAwait(false);
    }
}
