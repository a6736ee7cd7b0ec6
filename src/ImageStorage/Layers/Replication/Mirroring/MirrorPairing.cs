using ImageStorage.Coordination;
using ImageStorage.Providers;

namespace ImageStorage.Mirroring;

/// <summary>
/// Ensures, once per process, that the two replicas belong together. A replica without a document is new and joins:
/// the other replica leads until a resync has copied everything.
/// </summary>
/// <remarks>Each step can be repeated, so a crash or another process at any point does no harm.</remarks>
internal sealed class MirrorPairing(MirrorReplica primary, MirrorReplica mirror)
{
    private volatile bool _isPaired;
    private volatile string? _group;

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
                // A step that another call has overtaken must not undo what that call has verified.
                if (await StepAsync(cancellationToken).ConfigureAwait(false))
                {
                    _isPaired = true;
                }
            }
            catch (StorageUnavailableException)
            {
                // A call that needs the unavailable replica gets the failure.
                return;
            }
        }
    }

    /// <summary>Returns whether both replicas answer, and neither has ever been one of a mirror.</summary>
    public async ValueTask<bool> IsNewAsync(CancellationToken cancellationToken)
    {
        if (_isPaired)
        {
            return false;
        }

        try
        {
            return await ReadAsync(primary, cancellationToken).ConfigureAwait(false) is null && await ReadAsync(mirror, cancellationToken).ConfigureAwait(false) is null;
        }
        catch (StorageUnavailableException)
        {
            // A replica that does not answer may have a document.
            return false;
        }
    }

    /// <summary>
    /// Verifies both replicas if both have documents. For a report, which must not pair new replicas.
    /// </summary>
    /// <exception cref="StorageNotSupportedException">The replicas do not belong together.</exception>
    /// <exception cref="StorageUnavailableException">A replica does not answer.</exception>
    public async Task<bool> VerifyAsync(CancellationToken cancellationToken) => _isPaired
        || (await ReadAsync(primary, cancellationToken).ConfigureAwait(false) is { } ofPrimary
            && await ReadAsync(mirror, cancellationToken).ConfigureAwait(false) is { } ofMirror
            && await CompareAsync(ofPrimary, ofMirror, cancellationToken).ConfigureAwait(false));

    /// <summary>
    /// Reads the documents of the replicas again. If a replica was replaced for all processes, the new replica is used
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

    /// <summary>Returns the id of the group from the replica that answers; null if that replica is new.</summary>
    public async Task<string?> GetGroupAsync(CancellationToken cancellationToken)
    {
        await EnsureAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return (await ReadAsync(primary, cancellationToken).ConfigureAwait(false))?.Group;
        }
        catch (StorageUnavailableException)
        {
            return (await ReadAsync(mirror, cancellationToken).ConfigureAwait(false))?.Group;
        }
    }

    private async Task<bool> IsOfPairAsync(MirrorReplica replica, CancellationToken cancellationToken)
    {
        try
        {
            return (await ReadAsync(replica, cancellationToken).ConfigureAwait(false))?.Group == _group;
        }
        catch (StorageUnavailableException)
        {
            // A replica that does not answer concerns the calls that need the replica.
            return true;
        }
    }

    private async Task<bool> StepAsync(CancellationToken cancellationToken)
    {
        var (ofPrimary, ofMirror) = (await ReadAsync(primary, cancellationToken).ConfigureAwait(false), await ReadAsync(mirror, cancellationToken).ConfigureAwait(false));
        try
        {
            return await StepAsync(ofPrimary, ofMirror, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageNotSupportedException)
        {
            if (await IsUnchangedAsync(ofPrimary, ofMirror, cancellationToken).ConfigureAwait(false))
            {
                throw;
            }

            // Another process is pairing the replicas at this moment: one document was read before the other changed.
            return false;
        }
    }

    private async Task<bool> StepAsync(PairingDocument? ofPrimary, PairingDocument? ofMirror, CancellationToken cancellationToken)
    {
        if (ofPrimary is not null && ofMirror is not null)
        {
            return await CompareAsync(ofPrimary, ofMirror, cancellationToken).ConfigureAwait(false);
        }

        var hasPrimary = await HasContentAsync(primary, cancellationToken).ConfigureAwait(false);
        var hasMirror = await HasContentAsync(mirror, cancellationToken).ConfigureAwait(false);
        if (!await IsUnchangedAsync(ofPrimary, ofMirror, cancellationToken).ConfigureAwait(false))
        {
            // Another call or process was faster, and the images may be the first of the group: images follow the
            // documents.
            return false;
        }

        var isPrimaryLeader = ofPrimary is not null || (ofMirror is null && (hasPrimary || !hasMirror));
        await (isPrimaryLeader
            ? JoinAsync(primary, hasPrimary, ofPrimary, mirror, hasMirror, cancellationToken)
            : JoinAsync(mirror, hasMirror, ofMirror, primary, hasPrimary, cancellationToken)).ConfigureAwait(false);
        return false;
    }

    /// <summary>
    /// Compares two documents. A replica that has just joined has a new group; the other replica adopts that group here.
    /// </summary>
    private async Task<bool> CompareAsync(PairingDocument ofPrimary, PairingDocument ofMirror, CancellationToken cancellationToken)
    {
        if (ofPrimary.Group == ofMirror.Group)
        {
            _group = ofPrimary.Group;
            return ofPrimary.Role == ofMirror.Role ? throw MirrorErrors.SameStore(primary.Name, mirror.Name)
                : ofPrimary.Role == ProviderRole.Primary ? true
                : throw MirrorErrors.Exchanged(primary.Name, mirror.Name);
        }

        if (ofMirror.Replaces == ofPrimary.RoleInGroup)
        {
            await AdoptAsync(primary, ofPrimary, ofMirror, cancellationToken).ConfigureAwait(false);
        }
        else if (ofPrimary.Replaces == ofMirror.RoleInGroup)
        {
            await AdoptAsync(mirror, ofMirror, ofPrimary, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            throw MirrorErrors.DifferentPairs(primary.Name, mirror.Name);
        }

        return false;
    }

    /// <summary>Makes a replica a member of the group of the replica that has joined.</summary>
    private static Task<bool> AdoptAsync(MirrorReplica replica, PairingDocument own, PairingDocument joined, CancellationToken cancellationToken)
    {
        // The roles may have changed: the new replica has no knowledge of the earlier roles.
        var role = joined.Role == ProviderRole.Primary ? ProviderRole.Mirror : ProviderRole.Primary;
        return TryWriteAsync(replica, joined with { Role = role, Replaces = null, Unknown = own.Unknown, Version = own.Version }, cancellationToken);
    }

    /// <summary>Takes one step towards a group of a leader and a new follower.</summary>
    private async Task JoinAsync(MirrorReplica leader, bool leaderHasImages, PairingDocument? document, MirrorReplica follower, bool followerHasImages, CancellationToken cancellationToken)
    {
        if (document is null)
        {
            // The follower is read again: another process may have been faster, or both may be one store.
            await TryWriteAsync(leader, PairingDocument.New(RoleOf(leader)), cancellationToken).ConfigureAwait(false);
            return;
        }

        if (followerHasImages && await follower.Hints.GetLeaderAsync(cancellationToken).ConfigureAwait(false) is null)
        {
            throw MirrorErrors.NotEmpty(follower.Name, leader.Name);
        }

        // Only now: a pair that is refused must not be changed, because the right replica may come back.
        if (leaderHasImages)
        {
            await MarkResyncAsync(leader, cancellationToken).ConfigureAwait(false);
        }

        if (follower == primary)
        {
            await leader.DecideInDoubtAsync(cancellationToken).ConfigureAwait(false);
        }

        await TryWriteAsync(follower, PairingDocument.New(RoleOf(follower)) with { Replaces = document.RoleInGroup }, cancellationToken).ConfigureAwait(false);
    }

    private ProviderRole RoleOf(MirrorReplica replica) => replica == primary ? ProviderRole.Primary : ProviderRole.Mirror;

    private async Task<bool> IsUnchangedAsync(PairingDocument? ofPrimary, PairingDocument? ofMirror, CancellationToken cancellationToken) =>
        (await ReadAsync(primary, cancellationToken).ConfigureAwait(false))?.Version == ofPrimary?.Version && (await ReadAsync(mirror, cancellationToken).ConfigureAwait(false))?.Version == ofMirror?.Version;

    private static Task<PairingDocument?> ReadAsync(MirrorReplica replica, CancellationToken cancellationToken) =>
        PairingDocument.ReadAsync(replica.Provider.Documents, PairingDocument.OfReplica, replica.Name, cancellationToken);

    private static Task<bool> TryWriteAsync(MirrorReplica replica, PairingDocument document, CancellationToken cancellationToken) =>
        document.TryWriteAsync(replica.Provider.Documents, PairingDocument.OfReplica, cancellationToken);

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
