using ImageStorage.Providers;

namespace ImageStorage.Mirroring;

/// <summary>
/// Ensures, once per process, that the two replicas belong together. A replica without an identity is new and joins:
/// the other replica leads until a resync has copied everything.
/// </summary>
/// <remarks>Each step can be repeated, so a crash or another process at any point does no harm.</remarks>
internal sealed class MirrorPairing(MirrorReplica primary, MirrorReplica mirror)
{
    private volatile bool _isPaired;
    private volatile string? _pair;

    public bool IsPaired => _isPaired;

    /// <summary>
    /// Verifies both replicas if both answer. A replica that does not answer is verified by a later call.
    /// </summary>
    /// <exception cref="StorageNotSupportedException">The replicas are one store or belong to different mirrors, or a
    /// new replica holds images.</exception>
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
                // A call that needs the unavailable replica gets the failure.
                return;
            }
        }
    }

    /// <summary>
    /// Reads the identities of the replicas again. If a replica was replaced for all processes, the new replica is used
    /// from now on. If another process has put a replica of its own in place of one of the two, this process no longer
    /// writes where that process reads, and must stop.
    /// </summary>
    /// <exception cref="StorageNotSupportedException">The replicas no longer belong together.</exception>
    public async Task RecheckAsync(CancellationToken cancellationToken)
    {
        if (_isPaired && await IsOfPairAsync(primary, cancellationToken).ConfigureAwait(false) && await IsOfPairAsync(mirror, cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        _isPaired = false;
        await EnsureAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task<bool> IsOfPairAsync(MirrorReplica replica, CancellationToken cancellationToken)
    {
        try
        {
            return (await MirrorIdentity.ReadAsync(replica, cancellationToken).ConfigureAwait(false))?.Pair == _pair;
        }
        catch (StorageUnavailableException)
        {
            // A replica that does not answer concerns the calls that need the replica.
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

            // Another process is pairing the replicas at this moment: one identity was read before the other changed.
            return false;
        }
    }

    private async Task<bool> StepAsync(MirrorIdentity? ofPrimary, MirrorIdentity? ofMirror, CancellationToken cancellationToken)
    {
        if (ofPrimary is not null && ofMirror is not null)
        {
            return await CompareAsync(ofPrimary, ofMirror, cancellationToken).ConfigureAwait(false);
        }

        var hasPrimary = await HasContentAsync(primary, cancellationToken).ConfigureAwait(false);
        var hasMirror = await HasContentAsync(mirror, cancellationToken).ConfigureAwait(false);
        if (await ReadAsync(cancellationToken).ConfigureAwait(false) != (ofPrimary, ofMirror))
        {
            // Another call or process was faster, and the images may be the first of the pair: images follow the
            // identities.
            return false;
        }

        var isPrimaryLeader = ofPrimary is not null || (ofMirror is null && (hasPrimary || !hasMirror));
        await (isPrimaryLeader
            ? JoinAsync(primary, hasPrimary, ofPrimary, mirror, hasMirror, cancellationToken)
            : JoinAsync(mirror, hasMirror, ofMirror, primary, hasPrimary, cancellationToken)).ConfigureAwait(false);
        return false;
    }

    /// <summary>
    /// Compares two identities. A replica that has just joined has a new pair; the other replica adopts that pair here.
    /// </summary>
    private async Task<bool> CompareAsync(MirrorIdentity ofPrimary, MirrorIdentity ofMirror, CancellationToken cancellationToken)
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

        // The roles may have changed. The new replica has no knowledge of the earlier roles.
        if (ofMirror.Joins == ofPrimary.MemberInPair)
        {
            await (ofPrimary with { Pair = ofMirror.Pair, IsPrimary = true, Joins = null }).TryWriteAsync(primary, cancellationToken).ConfigureAwait(false);
            return false;
        }

        if (ofPrimary.Joins == ofMirror.MemberInPair)
        {
            await (ofMirror with { Pair = ofPrimary.Pair, IsPrimary = false, Joins = null }).TryWriteAsync(mirror, cancellationToken).ConfigureAwait(false);
            return false;
        }

        throw MirrorErrors.DifferentPairs(primary.Name, mirror.Name);
    }

    /// <summary>Takes one step towards a pair of a leader and a new follower.</summary>
    private async Task JoinAsync(MirrorReplica leader, bool leaderHasImages, MirrorIdentity? identity, MirrorReplica follower, bool followerHasImages, CancellationToken cancellationToken)
    {
        if (leaderHasImages)
        {
            await MarkResyncAsync(leader, cancellationToken).ConfigureAwait(false);
        }

        if (follower == primary && identity is not null)
        {
            await leader.DecideInDoubtAsync(cancellationToken).ConfigureAwait(false);
        }

        if (identity is null)
        {
            // The follower is read again: another process may have been faster, or both may be one store.
            await MirrorIdentity.New(leader == primary).TryWriteAsync(leader, cancellationToken).ConfigureAwait(false);
            return;
        }

        if (followerHasImages && await follower.Hints.GetLeaderAsync(cancellationToken).ConfigureAwait(false) is null)
        {
            throw MirrorErrors.NotEmpty(follower.Name, leader.Name);
        }

        await MirrorIdentity.New(follower == primary, identity).TryWriteAsync(follower, cancellationToken).ConfigureAwait(false);
    }

    private async Task<(MirrorIdentity? OfPrimary, MirrorIdentity? OfMirror)> ReadAsync(CancellationToken cancellationToken) =>
        (await MirrorIdentity.ReadAsync(primary, cancellationToken).ConfigureAwait(false), await MirrorIdentity.ReadAsync(mirror, cancellationToken).ConfigureAwait(false));

    /// <summary>Returns whether a replica has images, documents of the store, or journals of transactions.</summary>
    private static async Task<bool> HasContentAsync(MirrorReplica replica, CancellationToken cancellationToken) =>
        await replica.Provider.ListAsync(new ImageQuery { Order = ImageOrder.KeyAscending, Limit = 1 }, cancellationToken).ConfigureAwait(false) is not { Items.Count: 0, Unlisted.Count: 0 }
        || (await replica.Provider.Documents.ListCollectionsAsync(cancellationToken).ConfigureAwait(false)).Any(collection => collection != DocumentCollections.TransactionOwners && MirrorDocument.Covers(collection));

    private static async Task MarkResyncAsync(MirrorReplica leader, CancellationToken cancellationToken)
    {
        var leaderDocument = await leader.Hints.GetLeaderAsync(cancellationToken).ConfigureAwait(false);
        await leader.RecordAheadAsync(() => leaderDocument is { NeedsResync: true }
            ? Task.FromResult(true)
            : leader.Hints.TryPutLeaderAsync((leaderDocument ?? MirrorLeaderDocument.New()) with { NeedsResync = true }, leaderDocument?.Version ?? DocumentETag.None, cancellationToken)).ConfigureAwait(false);
    }
}
