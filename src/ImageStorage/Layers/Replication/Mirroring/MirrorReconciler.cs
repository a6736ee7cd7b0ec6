using ImageStorage.Diagnostics;
using ImageStorage.Providers;
using ImageStorage.Replication;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Mirroring;

/// <summary>Brings both sides up to date: first a side that is new as a whole, then each image that is noted, the oldest notes first, a few at a time.</summary>
internal sealed class MirrorReconciler(
    MirrorSide primary, MirrorSide mirror, MirrorPairing pairing, MirrorLeveler leveler, MirrorResync resync, PrimaryHealth health, TimeProvider clock, StorageEventQueue events, ILogger logger) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private readonly Lock _gate = new();
    private readonly HashSet<string> _reported = [];

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
            health.Answered();
            return await SettleAllAsync(progress, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageUnavailableException failure) when (primary.Health.IsDown)
        {
            health.Failed(failure);
            throw;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>How many images are noted on the sides that answer.</summary>
    /// <exception cref="StorageUnavailableException">Neither answers.</exception>
    public async Task<int> CountAsync(CancellationToken cancellationToken)
    {
        var images = new HashSet<string>(StringComparer.Ordinal);
        var failures = new List<StorageUnavailableException>();
        foreach (var side in (MirrorSide[])[primary, mirror])
        {
            try
            {
                images.UnionWith((await NotesOfAsync(side, cancellationToken).ConfigureAwait(false)).Select(MirrorNotes.ImageOf));
            }
            catch (StorageUnavailableException failure)
            {
                failures.Add(failure);
            }
        }

        return failures.Count < 2 ? images.Count : throw MirrorErrors.BothDown(null, primary.Name, failures[0], mirror.Name, failures[1]);
    }

    public void Dispose() => _turn.Dispose();

    private static async Task<List<DocumentName>> NotesOfAsync(MirrorSide side, CancellationToken cancellationToken) =>
        [.. await side.Notes.ListHereAsync(null, cancellationToken).ConfigureAwait(false), .. await side.Notes.ListDoubtsAsync(null, cancellationToken).ConfigureAwait(false)];

    private async Task ResyncIfNewAsync(MirrorSide leader, CancellationToken cancellationToken)
    {
        if (await leader.Notes.GetLeadAsync(cancellationToken).ConfigureAwait(false) is not { NeedsResync: true } lead)
        {
            return;
        }

        if ((await resync.RunAsync(null, cancellationToken).ConfigureAwait(false)).IsComplete)
        {
            await leader.Notes.TryPutLeadAsync(lead with { NeedsResync = false }, lead.Version, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<ReconcileResult> SettleAllAsync(IProgress<int>? progress, CancellationToken cancellationToken)
    {
        var (images, unreadable) = await ReadAsync(cancellationToken).ConfigureAwait(false);
        var (settled, conflicts) = (0, 0);
        await OverlappedWork.ForEachAsync(images.OrderBy(image => image.Value.At), SettleAsync, cancellationToken).ConfigureAwait(false);
        var remaining = await EndAsync(cancellationToken).ConfigureAwait(false);
        if (settled > 0)
        {
            ReplicationLog.Reconciled(logger, settled, remaining);
        }

        return new ReconcileResult(settled, conflicts, unreadable, remaining);

        async Task SettleAsync(KeyValuePair<string, MirrorNote> image)
        {
            var (name, note) = image;
            try
            {
                var outcome = await leveler.SettleAsync(note.Key, false, cancellationToken).ConfigureAwait(false);
                lock (_gate)
                {
                    _reported.Remove(name);
                    (settled, conflicts) = (settled + 1, conflicts + (outcome == MirrorOutcome.Conflict ? 1 : 0));
                }

                Log.ReplicaSettled(logger, note.Key, outcome);
                events.Publish(new ReplicaReconciled(note.Key, outcome) { At = clock.GetUtcNow() });
            }
            catch (ImageStorageException exception) when (exception is not StorageUnavailableException)
            {
                // This one image cannot be settled; the others can.
                Interlocked.Increment(ref unreadable);
                Report(name, note.Name.Value, exception.Reason ?? exception.Message);
            }

            lock (_gate)
            {
                progress?.Report(images.Count - settled);
            }
        }
    }

    /// <summary>The oldest note of each image that has one.</summary>
    private async Task<(Dictionary<string, MirrorNote> Images, int Unreadable)> ReadAsync(CancellationToken cancellationToken)
    {
        var images = new Dictionary<string, MirrorNote>(StringComparer.Ordinal);
        var unreadable = new Dictionary<DocumentName, string>();
        foreach (var side in (MirrorSide[])[primary, mirror])
        {
            foreach (var name in await NotesOfAsync(side, cancellationToken).ConfigureAwait(false))
            {
                try
                {
                    if (await side.Notes.GetAsync(name, cancellationToken).ConfigureAwait(false) is { } note && (!images.TryGetValue(MirrorNotes.ImageOf(name), out var other) || note.At < other.At))
                    {
                        images[MirrorNotes.ImageOf(name)] = note;
                    }
                }
                catch (StorageCorruptedException exception)
                {
                    unreadable[name] = exception.Reason ?? exception.Message;
                }
            }
        }

        // Beside one that can be read, it is settled with the image.
        var lost = unreadable.Where(note => !images.ContainsKey(MirrorNotes.ImageOf(note.Key))).ToList();
        foreach (var (name, reason) in lost)
        {
            Report(MirrorNotes.ImageOf(name), name.Value, reason);
        }

        return (images, lost.Count);
    }

    /// <summary>Looks what is left, and gives up the lead of a side that is no longer ahead.</summary>
    private async Task<int> EndAsync(CancellationToken cancellationToken)
    {
        var isOver = true;
        foreach (var side in (MirrorSide[])[mirror, primary])
        {
            var isAhead = (await side.Notes.ListHereAsync(null, cancellationToken).ConfigureAwait(false)).Count > 0;
            isOver &= !isAhead && await side.TryEndLeadAsync(cancellationToken).ConfigureAwait(false);
        }

        if (isOver)
        {
            health.Drained();
        }

        return await CountAsync(cancellationToken).ConfigureAwait(false);
    }

    private void Report(string image, string document, string reason)
    {
        bool isNew;
        lock (_gate)
        {
            isNew = _reported.Add(image);
        }

        if (isNew)
        {
            ReplicationLog.HandoffUnreadable(logger, document, reason);
            events.Publish(new HandoffUnreadable(document, reason) { At = clock.GetUtcNow() });
        }
    }
}
