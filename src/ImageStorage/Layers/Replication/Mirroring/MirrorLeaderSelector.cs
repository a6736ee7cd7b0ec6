using Microsoft.Extensions.Logging;

namespace ImageStorage.Mirroring;

/// <summary>
/// Determines the leader, and whether a replica may serve requests alone. The primary leads unless the mirror says that
/// it is ahead. For a replica that does not answer, its last known state and the documents of the other replica count.
/// </summary>
internal sealed class MirrorLeaderSelector(MirrorReplica primary, MirrorReplica mirror, MirrorPairing pairing, MirrorOptions options, ILogger logger)
{
    /// <summary>Gets a value that indicates whether the two replicas are known to belong together.</summary>
    public bool IsPaired => pairing.IsPaired;

    /// <summary>Returns the leader.</summary>
    /// <exception cref="StorageUnavailableException">The mirror may be ahead and does not answer.</exception>
    public async ValueTask<MirrorReplica> GetLeaderAsync(MirrorItem? item, CancellationToken cancellationToken)
    {
        if (!pairing.IsPaired)
        {
            await pairing.EnsureAsync(cancellationToken).ConfigureAwait(false);
        }

        await RefreshViewAsync(primary, cancellationToken).ConfigureAwait(false);
        try
        {
            return await mirror.View.IsEmptyAsync(cancellationToken).ConfigureAwait(false) ? primary : mirror;
        }
        catch (StorageUnavailableException failure)
        {
            await EnsureCanServeAloneAsync(item, primary, mirror, failure, cancellationToken).ConfigureAwait(false);
            return primary;
        }
    }

    /// <summary>
    /// Ensures that a replica has every acknowledged write, as far as this process can know, and that the replica says
    /// so to processes that start later.
    /// </summary>
    /// <exception cref="StorageUnavailableException">The replica is outdated, or may be.</exception>
    public async ValueTask EnsureCanServeAloneAsync(MirrorItem? item, MirrorReplica replica, MirrorReplica other, StorageUnavailableException? cause, CancellationToken cancellationToken)
    {
        if (other.WasAhead)
        {
            throw MirrorErrors.Outdated(item, replica.Name, other.Name, cause);
        }

        if ((!pairing.IsPaired || !other.WasSeen) && await replica.Hints.GetLeaderAsync(cancellationToken).ConfigureAwait(false) is null)
        {
            if (!options.TrustSingleReplica)
            {
                throw MirrorErrors.Unverified(item, replica.Name, other.Name, cause);
            }

            Log.SingleReplicaTrusted(logger, replica.Name, other.Name);
        }

        await replica.MarkLeaderAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Returns whether the mirror has the newest version of an item. An interrupted write may have left a newer
    /// version on the primary.
    /// </summary>
    /// <param name="item">The image or document.</param>
    /// <param name="except">The id of a write that does not count: the write of the caller.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public async Task<bool> IsMirrorCurrentAsync(MirrorItem item, string? except, CancellationToken cancellationToken)
    {
        var inDoubt = await mirror.Hints.ListInDoubtAsync(item, cancellationToken).ConfigureAwait(false);
        return inDoubt.TrueForAll(name => except is not null && name.Value.EndsWith(except, StringComparison.Ordinal)) || await IsAheadAsync(mirror, item, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Returns whether a replica has taken a write of an item alone.</summary>
    public static async Task<bool> IsAheadAsync(MirrorReplica replica, MirrorItem item, CancellationToken cancellationToken)
    {
        var hints = await replica.Hints.ListAheadAsync(item, cancellationToken).ConfigureAwait(false);
        if (hints.Count == 0)
        {
            return false;
        }

        var state = await item.FindAsync(replica, cancellationToken).ConfigureAwait(false);
        foreach (var name in hints)
        {
            try
            {
                if (await replica.Hints.GetAsync(name, cancellationToken).ConfigureAwait(false) is { } hint && HasTakenEffect(hint, state))
                {
                    return true;
                }
            }
            catch (StorageCorruptedException)
            {
                // The content of the hint is lost, but a write alone has happened.
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Returns whether the write of a hint has changed its replica. The write of a pending hint may have been
    /// interrupted before. If a damaged record hides the answer, the other replica counts, because no pending hint was
    /// ever acknowledged.
    /// </summary>
    public static bool HasTakenEffect(MirrorHint hint, MirrorState current) => !hint.IsPending || (!current.IsDamaged && (current.Version?.Id ?? string.Empty) != hint.Base);

    private static async ValueTask RefreshViewAsync(MirrorReplica replica, CancellationToken cancellationToken)
    {
        try
        {
            await replica.View.IsEmptyAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (StorageUnavailableException)
        {
            // The last known state still counts. A caller that needs the replica gets the failure.
        }
    }
}
