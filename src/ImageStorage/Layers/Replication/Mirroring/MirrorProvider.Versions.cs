using ImageStorage.Providers;

namespace ImageStorage.Mirroring;

/// <remarks>
/// Both replicas retain a version under one id. An id names one version for ever, so either replica's retained version
/// is the right one, whichever replica leads. See "Retained versions" in docs/design/mirroring.md.
/// </remarks>
internal sealed partial class MirrorProvider : IVersionKeeper
{
    private MirrorReplica[] Replicas => [_components.Primary, _components.Mirror];

    private bool KeepsVersions => Array.TrueForAll(Replicas, replica => replica.Provider.GetAbility<IVersionKeeper>() is not null);

    public async Task<bool> RetainAsync(string id, ImageKey key, ImageETag version, CancellationToken cancellationToken = default)
    {
        RetainedVersionRules.CheckId(id);
        var leader = await _components.LeaderSelector.GetLeaderAsync(key, cancellationToken).ConfigureAwait(false);
        if (!await leader.Keeper.RetainAsync(id, key, version, cancellationToken).ConfigureAwait(false))
        {
            return false;
        }

        var follower = leader == _components.Primary ? _components.Mirror : _components.Primary;
        using var limit = new CancellationTokenSource(_options.CopyTimeout, _components.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            // An outdated follower has another version. The leader's retained version is restored on both replicas.
            await follower.Keeper.RetainAsync(id, key, version, either.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is ImageStorageException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            Log.ReplicaMissed(_logger, key, follower.Name, $"{follower.Name} did not retain a version: {exception.Message}");
        }

        return true;
    }

    public Task<ImageInfo?> GetRetainedAsync(string id, CancellationToken cancellationToken = default) =>
        FindRetainedAsync(id, keeper => keeper.GetRetainedAsync(id, cancellationToken), cancellationToken);

    public Task<StoredImage?> OpenRetainedAsync(string id, GetOptions? options = null, CancellationToken cancellationToken = default) =>
        FindRetainedAsync(id, keeper => keeper.OpenRetainedAsync(id, options, cancellationToken), cancellationToken);

    public async Task<bool> RestoreAsync(string id, ImageKey key, ImageETag? replaces, CancellationToken cancellationToken = default)
    {
        RetainedVersionRules.CheckId(id);
        return await _components.Writer.RunAsync(new MirrorRestore(id, key, replaces, _components.Primary, _components.Mirror), cancellationToken).ConfigureAwait(false) is not null;
    }

    /// <summary>
    /// Drops the version on both replicas. Throws after a replica was unavailable, even if the other has dropped its
    /// version: the id is still listed when the replica is back, and its owner drops it then.
    /// </summary>
    public async Task<bool> DropAsync(string id, CancellationToken cancellationToken = default)
    {
        RetainedVersionRules.CheckId(id);
        await _components.Pairing.EnsureAsync(cancellationToken).ConfigureAwait(false);
        var (isDropped, failure) = (false, default(StorageUnavailableException));
        foreach (var replica in Replicas)
        {
            try
            {
                isDropped |= await replica.Keeper.DropAsync(id, cancellationToken).ConfigureAwait(false);
            }
            catch (StorageUnavailableException exception)
            {
                failure ??= exception;
            }
        }

        return failure is null ? isDropped : throw failure;
    }

    /// <summary>Lists the ids of both replicas; those of one replica while the other is unavailable.</summary>
    public async Task<IReadOnlyList<string>> ListRetainedAsync(string? after = null, int limit = 1000, CancellationToken cancellationToken = default)
    {
        RetainedVersionRules.CheckLimit(limit);
        await _components.Pairing.EnsureAsync(cancellationToken).ConfigureAwait(false);
        var (ids, failures) = (new SortedSet<string>(StringComparer.Ordinal), new List<StorageUnavailableException>());
        foreach (var replica in Replicas)
        {
            try
            {
                ids.UnionWith(await replica.Keeper.ListRetainedAsync(after, limit, cancellationToken).ConfigureAwait(false));
            }
            catch (StorageUnavailableException exception)
            {
                failures.Add(exception);
            }
        }

        return failures.Count < Replicas.Length ? [.. ids.Take(limit)] : throw MirrorErrors.BothUnavailable(null, _components.Primary.Name, failures[0], _components.Mirror.Name, failures[1]);
    }

    /// <summary>
    /// Asks the primary, then the mirror. The answer is that nothing is retained only if both replicas say so.
    /// </summary>
    private async Task<T?> FindRetainedAsync<T>(string id, Func<IVersionKeeper, Task<T?>> find, CancellationToken cancellationToken)
        where T : class
    {
        RetainedVersionRules.CheckId(id);
        await _components.Pairing.EnsureAsync(cancellationToken).ConfigureAwait(false);
        ImageStorageException? failure = null;
        foreach (var replica in Replicas)
        {
            try
            {
                if (await find(replica.Keeper).ConfigureAwait(false) is { } found)
                {
                    return found;
                }
            }
            catch (ImageStorageException exception) when (exception is StorageUnavailableException or ImageCorruptedException)
            {
                failure ??= exception;
            }
        }

        return failure is null ? null : throw failure;
    }
}
