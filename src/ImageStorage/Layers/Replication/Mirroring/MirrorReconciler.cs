using ImageStorage.Providers;
using ImageStorage.Replication;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Mirroring;

/// <summary>
/// Brings both replicas up to date: first a new replica as a whole, then retained versions, then each image and document with a hint, oldest hint first, a
/// few at a time.
/// </summary>
internal sealed class MirrorReconciler(
    MirrorReplica primary, MirrorReplica mirror, MirrorPairing pairing, MirrorSynchronizer synchronizer, MirrorResync resync, MirrorVersions versions, PrimaryHealth health, TimeProvider clock, IStorageEventSink events, ILogger logger) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private readonly Lock _gate = new();
    private readonly UnreadableHints _unreadable = new(clock, events, logger);

    public async Task<ReconcileResult> RunAsync(IProgress<int>? progress, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await primary.ProbeAsync(cancellationToken).ConfigureAwait(false);
            await mirror.ProbeAsync(cancellationToken).ConfigureAwait(false);
            await pairing.RecheckAsync(cancellationToken).ConfigureAwait(false);
            await ResyncIfNewAsync(primary, cancellationToken).ConfigureAwait(false);
            await ResyncIfNewAsync(mirror, cancellationToken).ConfigureAwait(false);
            health.RecordSuccess();

            // First: a replica can retain a version only while its image has the version.
            await versions.ReplayAsync(cancellationToken).ConfigureAwait(false);
            return await SynchronizeAllAsync(progress, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageUnavailableException failure) when (primary.Health.IsDown)
        {
            health.RecordFailure(failure);
            throw;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Returns the number of images, documents and retained versions with a hint on the replicas that answer.</summary>
    /// <exception cref="StorageUnavailableException">Neither replica answers.</exception>
    public async Task<int> CountAsync(CancellationToken cancellationToken)
    {
        var images = new HashSet<string>(StringComparer.Ordinal);
        var failures = new List<StorageUnavailableException>();
        foreach (var replica in (MirrorReplica[])[primary, mirror])
        {
            try
            {
                images.UnionWith((await ListHintsAsync(replica, cancellationToken).ConfigureAwait(false)).Select(MirrorHints.HashIn));
                images.UnionWith(await replica.Hints.ListVersionHintsAsync(cancellationToken).ConfigureAwait(false));
            }
            catch (StorageUnavailableException failure)
            {
                failures.Add(failure);
            }
        }

        return failures.Count < 2 ? images.Count : throw MirrorErrors.BothUnavailable(null, primary.Name, failures[0], mirror.Name, failures[1]);
    }

    public void Dispose() => _turn.Dispose();

    private static async Task<List<DocumentName>> ListHintsAsync(MirrorReplica replica, CancellationToken cancellationToken) =>
        [.. await replica.Hints.ListAheadAsync(null, cancellationToken).ConfigureAwait(false), .. await replica.Hints.ListInDoubtAsync(null, cancellationToken).ConfigureAwait(false)];

    private async Task ResyncIfNewAsync(MirrorReplica leader, CancellationToken cancellationToken)
    {
        if (await leader.Hints.GetLeaderAsync(cancellationToken).ConfigureAwait(false) is not { NeedsResync: true } leaderDocument)
        {
            return;
        }

        if ((await resync.RunAsync(null, cancellationToken).ConfigureAwait(false)).IsComplete)
        {
            await leader.Hints.TryPutLeaderAsync(leaderDocument with { NeedsResync = false }, leaderDocument.Version, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<ReconcileResult> SynchronizeAllAsync(IProgress<int>? progress, CancellationToken cancellationToken)
    {
        var (images, unreadable) = await ReadAsync(cancellationToken).ConfigureAwait(false);
        var (synchronized, conflicts) = (0, 0);
        await OverlappedWork.ForEachAsync(images.OrderBy(image => image.Value.Time), SynchronizeAsync, cancellationToken).ConfigureAwait(false);
        var remaining = await EndLeadershipAsync(cancellationToken).ConfigureAwait(false);
        if (synchronized > 0)
        {
            ReplicationLog.Reconciled(logger, synchronized, remaining);
        }

        return new ReconcileResult { Replayed = synchronized, Conflicts = conflicts, Unreadable = unreadable, Remaining = remaining };

        async Task SynchronizeAsync(KeyValuePair<string, MirrorHint> image)
        {
            var (name, hint) = image;
            try
            {
                var outcome = await synchronizer.SynchronizeAsync(hint.Item, false, cancellationToken).ConfigureAwait(false);
                _unreadable.Remove(name);
                lock (_gate)
                {
                    (synchronized, conflicts) = (synchronized + 1, conflicts + (outcome == MirrorOutcome.Conflict ? 1 : 0));
                }

                Log.ItemSynchronized(logger, hint.Item, outcome);
                if (hint.Item.Image is { } key)
                {
                    events.Publish(new ReplicaReconciled { At = clock.GetUtcNow(), Key = key, Outcome = outcome });
                }
            }
            catch (ImageStorageException exception) when (exception is not StorageUnavailableException)
            {
                // This item cannot be synchronized; the others can.
                Interlocked.Increment(ref unreadable);
                _unreadable.Report(name, hint.Name.Value, exception);
            }

            lock (_gate)
            {
                progress?.Report(images.Count - synchronized);
            }
        }
    }

    /// <summary>Returns the oldest hint of each image and document that has a hint.</summary>
    private async Task<(Dictionary<string, MirrorHint> Images, int Unreadable)> ReadAsync(CancellationToken cancellationToken)
    {
        var images = new Dictionary<string, MirrorHint>(StringComparer.Ordinal);
        var unreadable = new Dictionary<DocumentName, StorageCorruptedException>();
        foreach (var replica in (MirrorReplica[])[primary, mirror])
        {
            foreach (var name in await ListHintsAsync(replica, cancellationToken).ConfigureAwait(false))
            {
                try
                {
                    if (await replica.Hints.GetAsync(name, cancellationToken).ConfigureAwait(false) is { } hint && (!images.TryGetValue(MirrorHints.HashIn(name), out var other) || hint.Time < other.Time))
                    {
                        images[MirrorHints.HashIn(name)] = hint;
                    }
                }
                catch (StorageCorruptedException exception)
                {
                    unreadable[name] = exception;
                }
            }
        }

        // An unreadable hint beside a readable hint of the same image is handled with the image.
        var lost = unreadable.Where(hint => !images.ContainsKey(MirrorHints.HashIn(hint.Key))).ToList();
        foreach (var (name, failure) in lost)
        {
            _unreadable.Report(MirrorHints.HashIn(name), name.Value, failure);
        }

        return (images, lost.Count);
    }

    /// <summary>
    /// Ends the leadership of a replica that is no longer ahead, and returns the number of hints.
    /// </summary>
    private async Task<int> EndLeadershipAsync(CancellationToken cancellationToken)
    {
        var isOver = true;
        foreach (var replica in (MirrorReplica[])[mirror, primary])
        {
            var isAhead = (await replica.Hints.ListAheadAsync(null, cancellationToken).ConfigureAwait(false)).Count > 0
                || (await replica.Hints.ListVersionHintsAsync(cancellationToken).ConfigureAwait(false)).Count > 0;
            isOver &= !isAhead && await replica.TryEndLeadershipAsync(cancellationToken).ConfigureAwait(false);
        }

        if (isOver)
        {
            health.EndFailover();
        }

        return await CountAsync(cancellationToken).ConfigureAwait(false);
    }
}
