using ImageStorage.Providers;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Mirroring;

/// <summary>
/// The retained versions on both replicas. An id names one version for ever, so the version of either replica is the
/// right one. A replica that missed that a version was retained or dropped has a hint on the other replica; a replica
/// that can no longer retain a version has a record that it lacks the version. See "Retained versions" in
/// docs/design/mirroring.md.
/// </summary>
internal sealed class MirrorVersions(MirrorReplica primary, MirrorReplica mirror, MirrorLeaderSelector leaderSelector, MirrorOptions options, TimeProvider clock, ILogger logger)
{
    private const int PageLength = 1000;

    private readonly MirrorReplica[] _replicas = [primary, mirror];

    /// <summary>Gets a value that indicates whether both replicas retain versions.</summary>
    public bool AreKept => Array.TrueForAll(_replicas, replica => replica.Provider.GetAbility<IVersionKeeper>() is not null);

    public async Task<bool> RetainAsync(string id, ImageKey key, ImageETag version, CancellationToken cancellationToken)
    {
        var leader = await leaderSelector.GetLeaderAsync(new MirrorImage(key), cancellationToken).ConfigureAwait(false);
        try
        {
            return await RetainAsync(leader, id, key, version, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageUnavailableException failure) when (leader == primary)
        {
            await leaderSelector.EnsureCanServeAloneAsync(new MirrorImage(key), mirror, primary, failure, cancellationToken).ConfigureAwait(false);
            return await RetainAsync(mirror, id, key, version, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Asks the leader, then the other replica.</summary>
    public async Task<T?> FindAsync<T>(string id, Func<IVersionKeeper, Task<T?>> find, CancellationToken cancellationToken)
        where T : class
    {
        var leader = await leaderSelector.GetLeaderAsync(null, cancellationToken).ConfigureAwait(false);
        ImageCorruptedException? damage = null;
        try
        {
            if (await find(leader.Keeper).ConfigureAwait(false) is { } found)
            {
                return found;
            }
        }
        catch (ImageCorruptedException exception)
        {
            damage = exception;
        }
        catch (StorageUnavailableException failure) when (leader == primary)
        {
            await leaderSelector.EnsureCanServeAloneAsync(null, mirror, primary, failure, cancellationToken).ConfigureAwait(false);
            return await find(mirror.Keeper).ConfigureAwait(false) ?? (await mirror.Hints.IsLackingAsync(id, cancellationToken).ConfigureAwait(false) ? throw MirrorErrors.Lacking(id, mirror.Name, failure) : null);
        }

        return await FindOnOtherAsync(id, leader, find, cancellationToken).ConfigureAwait(false) ?? (damage is null ? null : throw damage);
    }

    /// <summary>Opens a version that a replica does not have, or has damaged, on the other replica.</summary>
    public Task<StoredImage?> OpenOnOtherAsync(string id, MirrorReplica replica, CancellationToken cancellationToken) =>
        FindOnOtherAsync(id, replica, keeper => keeper.OpenRetainedAsync(id, null, cancellationToken), cancellationToken);

    public async Task<bool> DropAsync(string id, CancellationToken cancellationToken)
    {
        var leader = await leaderSelector.GetLeaderAsync(null, cancellationToken).ConfigureAwait(false);
        try
        {
            return await DropAsync(leader, id, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageUnavailableException failure) when (leader == primary)
        {
            await leaderSelector.EnsureCanServeAloneAsync(null, mirror, primary, failure, cancellationToken).ConfigureAwait(false);
            return await DropAsync(mirror, id, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Lists the ids of both replicas; those of the leader while the other replica is unavailable.</summary>
    public async Task<IReadOnlyList<string>> ListAsync(string? after, int limit, CancellationToken cancellationToken)
    {
        var leader = await leaderSelector.GetLeaderAsync(null, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<string> ids;
        try
        {
            ids = await leader.Keeper.ListRetainedAsync(after, limit, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageUnavailableException failure) when (leader == primary)
        {
            await leaderSelector.EnsureCanServeAloneAsync(null, mirror, primary, failure, cancellationToken).ConfigureAwait(false);
            return await mirror.Keeper.ListRetainedAsync(after, limit, cancellationToken).ConfigureAwait(false);
        }

        try
        {
            IEnumerable<string> others = await Other(leader).Keeper.ListRetainedAsync(after, limit, cancellationToken).ConfigureAwait(false);
            if (!await leader.View.IsEmptyAsync(cancellationToken).ConfigureAwait(false))
            {
                // A version with a hint that the leader does not have was dropped.
                others = others.Except(await leader.Hints.ListVersionHintsAsync(cancellationToken).ConfigureAwait(false), StringComparer.Ordinal);
            }

            return [.. ids.Union(others, StringComparer.Ordinal).Order(StringComparer.Ordinal).Take(limit)];
        }
        catch (StorageUnavailableException)
        {
            return ids;
        }
    }

    /// <summary>Makes the other replica retain or drop each version with a hint, and removes the hints.</summary>
    public async Task ReplayAsync(CancellationToken cancellationToken)
    {
        foreach (var replica in AreKept ? _replicas : [])
        {
            foreach (var id in await replica.Hints.ListVersionHintsAsync(cancellationToken).ConfigureAwait(false))
            {
                if (await TryCopyAsync(id, replica, cancellationToken).ConfigureAwait(false))
                {
                    await replica.Hints.RemoveVersionHintAsync(id, cancellationToken).ConfigureAwait(false);
                }
            }
        }
    }

    /// <summary>Makes both replicas retain the versions of either, as far as a replica has the version.</summary>
    /// <returns><see langword="false"/> if a version could not be retained and a later resync tries again.</returns>
    public async Task<bool> ResyncAsync(CancellationToken cancellationToken)
    {
        var isComplete = true;
        foreach (var replica in AreKept ? _replicas : [])
        {
            IReadOnlyList<string> ids = [];
            do
            {
                ids = await replica.Keeper.ListRetainedAsync(ids.Count == 0 ? null : ids[^1], PageLength, cancellationToken).ConfigureAwait(false);
                foreach (var id in ids)
                {
                    // An id without a version is the rest of an attempt to retain a version. Its owner drops the id.
                    if (await IsRetainedAsync(id, replica, cancellationToken).ConfigureAwait(false))
                    {
                        isComplete &= await TryCopyAsync(id, replica, cancellationToken).ConfigureAwait(false);
                    }
                }
            }
            while (ids.Count == PageLength);
        }

        return isComplete;
    }

    /// <summary>Copies the state of one version. One that cannot be copied must not stop the others, and keeps its hint.</summary>
    private async Task<bool> TryCopyAsync(string id, MirrorReplica from, CancellationToken cancellationToken)
    {
        try
        {
            await CopyAsync(id, from, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (ImageStorageException exception) when (exception is not StorageUnavailableException)
        {
            Log.VersionNotCopied(logger, id, Other(from).Name, exception.Message);
            return false;
        }
    }

    private static async Task<bool> IsRetainedAsync(string id, MirrorReplica replica, CancellationToken cancellationToken)
    {
        try
        {
            return await replica.Keeper.GetRetainedAsync(id, cancellationToken).ConfigureAwait(false) is not null;
        }
        catch (ImageStorageException exception) when (exception is ImageCorruptedException or StorageNotSupportedException)
        {
            return true;
        }
    }

    private MirrorReplica Other(MirrorReplica replica) => replica == primary ? mirror : primary;

    /// <summary>
    /// Retains a version on the replica that decides, then on the other replica. A failure of the other replica does not
    /// fail the call, once the hint is written.
    /// </summary>
    private async Task<bool> RetainAsync(MirrorReplica leader, string id, ImageKey key, ImageETag version, CancellationToken cancellationToken)
    {
        if (!await leader.Keeper.RetainAsync(id, key, version, cancellationToken).ConfigureAwait(false))
        {
            return false;
        }

        await ApplyToOtherAsync(leader, id, async (other, token) => await other.Keeper.RetainAsync(id, key, version, token).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        return true;
    }

    private async Task<bool> DropAsync(MirrorReplica leader, string id, CancellationToken cancellationToken)
    {
        var isDropped = await DropOnAsync(leader, id, cancellationToken).ConfigureAwait(false);
        await ApplyToOtherAsync(
            leader,
            id,
            async (other, token) =>
            {
                isDropped |= await DropOnAsync(other, id, token).ConfigureAwait(false);
                return true;
            },
            cancellationToken).ConfigureAwait(false);
        return isDropped;
    }

    private static async Task<bool> DropOnAsync(MirrorReplica replica, string id, CancellationToken cancellationToken)
    {
        var isDropped = await replica.Keeper.DropAsync(id, cancellationToken).ConfigureAwait(false);
        if (!isDropped)
        {
            await replica.Hints.RemoveLackingAsync(id, cancellationToken).ConfigureAwait(false);
        }

        return isDropped;
    }

    private async Task ApplyToOtherAsync(MirrorReplica leader, string id, Func<MirrorReplica, CancellationToken, Task<bool>> apply, CancellationToken cancellationToken)
    {
        var other = Other(leader);
        using var limit = new CancellationTokenSource(options.CopyTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        string reason;
        try
        {
            if (await apply(other, either.Token).ConfigureAwait(false))
            {
                return;
            }

            // An outdated replica has another version of the image.
            reason = $"{other.Name} has another version of the image.";
        }
        catch (Exception exception) when (exception is ImageStorageException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            reason = exception.Message;
        }

        // The other replica must not answer alone from here on.
        await leader.RecordAheadAsync(() => leader.Hints.PutVersionHintAsync(id, cancellationToken)).ConfigureAwait(false);
        await leader.EnsureLeaderAsync(wait: true, CancellationToken.None).ConfigureAwait(false);
        Log.VersionMissed(logger, id, other.Name, reason);
    }

    private async Task<T?> FindOnOtherAsync<T>(string id, MirrorReplica replica, Func<IVersionKeeper, Task<T?>> find, CancellationToken cancellationToken)
        where T : class
    {
        if (!await replica.View.IsEmptyAsync(cancellationToken).ConfigureAwait(false) && (await replica.Hints.ListVersionHintsAsync(cancellationToken).ConfigureAwait(false)).Contains(id))
        {
            // The version was dropped, and the other replica has missed that.
            return null;
        }

        try
        {
            return await find(Other(replica).Keeper).ConfigureAwait(false);
        }
        catch (StorageUnavailableException failure)
        {
            // A replica that may answer alone has every version, except those with a record.
            return await replica.Hints.IsLackingAsync(id, cancellationToken).ConfigureAwait(false) ? throw MirrorErrors.Lacking(id, replica.Name, failure) : null;
        }
    }

    /// <summary>Makes the other replica retain what one replica retains under an id, or drop what that has dropped.</summary>
    private async Task CopyAsync(string id, MirrorReplica from, CancellationToken cancellationToken)
    {
        var to = Other(from);
        try
        {
            if (await from.Keeper.GetRetainedAsync(id, cancellationToken).ConfigureAwait(false) is { } info)
            {
                if (await to.Keeper.GetRetainedAsync(id, cancellationToken).ConfigureAwait(false) is not null || await to.Keeper.RetainAsync(id, info.Key, info.ETag, cancellationToken).ConfigureAwait(false))
                {
                    await to.Hints.RemoveLackingAsync(id, cancellationToken).ConfigureAwait(false);
                }
                else
                {
                    await to.Hints.PutLackingAsync(id, cancellationToken).ConfigureAwait(false);
                }

                // Dropped in the meantime?
                if (await from.Keeper.GetRetainedAsync(id, cancellationToken).ConfigureAwait(false) is not null)
                {
                    return;
                }
            }

            await to.Keeper.DropAsync(id, cancellationToken).ConfigureAwait(false);
            await to.Hints.RemoveLackingAsync(id, cancellationToken).ConfigureAwait(false);
        }
        catch (ImageCorruptedException exception)
        {
            // The owner of the version finds the damage when the version is restored.
            await to.Hints.PutLackingAsync(id, cancellationToken).ConfigureAwait(false);
            Log.VersionMissed(logger, id, to.Name, exception.Message);
        }
    }
}
