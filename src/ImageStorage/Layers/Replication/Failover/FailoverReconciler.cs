using ImageStorage.Providers;
using ImageStorage.Replication;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Failover;

/// <summary>Replays the hints of all fallbacks to the primary, the oldest first, several images at a time.</summary>
internal sealed class FailoverReconciler(
    FallbackChain chain, HintReplayer replayer, HintedHistory entries, PayloadSweeper sweeper, PrimaryHealth health, TimeProvider clock, IStorageEventSink events, ILogger logger)
    : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private readonly Lock _gate = new();
    private readonly UnreadableHints _unreadable = new(clock, events, logger);

    // Hints that were applied to the primary, and remain because an earlier fallback is unavailable: not read again in
    // each round.
    private readonly HashSet<string> _applied = [];
    private HashSet<FallbackPart> _unreachable = [];

    public async Task<ReconcileResult> RunAsync(IProgress<int>? progress, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await chain.RecheckAsync(cancellationToken).ConfigureAwait(false);
            var round = await LoadAsync(cancellationToken).ConfigureAwait(false);
            await OverlappedWork.ForEachAsync(round.Hints.Values.OrderBy(hint => hint.Time), hint => ReplayAsync(hint, round, progress, cancellationToken), cancellationToken).ConfigureAwait(false);
            round.Replayed += await ReplayHistoryAsync(round, cancellationToken).ConfigureAwait(false);
            var lost = round.Hints.Keys.Count(name => _unreadable.Contains(name.Value));
            var remaining = await EndAsync(round, cancellationToken).ConfigureAwait(false);
            if (round.Replayed > 0)
            {
                ReplicationLog.Reconciled(logger, round.Replayed, remaining);
            }

            return round.Blocking(remaining) is { } failure ? throw FailoverErrors.NotReconciled(chain.Names, failure) : new ReconcileResult { Replayed = round.Replayed, Conflicts = round.Conflicts, Unreadable = round.Unreadable + lost, Remaining = remaining };
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    /// <summary>Reads all hints that can be read; of each image the last.</summary>
    private async Task<ReconcileRound> LoadAsync(CancellationToken cancellationToken)
    {
        var round = new ReconcileRound(chain.NewFailures());
        foreach (var fallback in chain.Fallbacks.Reverse())
        {
            try
            {
                var names = await fallback.Hints.ListAsync(cancellationToken).ConfigureAwait(false);
                fallback.Backlog.Set(names.Count);
                foreach (var name in names.Where(round.AddName))
                {
                    await ReadAsync(fallback, name, round, cancellationToken).ConfigureAwait(false);
                }
            }
            catch (StorageUnavailableException failure)
            {
                round.AddUnreachable(fallback, failure);
            }
        }

        if (!round.Unreachable.SetEquals(_unreachable))
        {
            _applied.Clear();
            _unreachable = round.Unreachable;
        }

        return round;
    }

    private async Task ReadAsync(FallbackPart fallback, DocumentName name, ReconcileRound round, CancellationToken cancellationToken)
    {
        try
        {
            if (await fallback.Hints.GetAsync(name, cancellationToken).ConfigureAwait(false) is { } hint)
            {
                round.Hints.Add(name, hint);
            }
        }
        catch (StorageCorruptedException exception)
        {
            round.Unreadable++;
            _unreadable.Report(name.Value, name.Value, exception);
        }
    }

    private async Task ReplayAsync(ImageHint hint, ReconcileRound round, IProgress<int>? progress, CancellationToken cancellationToken)
    {
        var outcome = await ReplayAsync(hint, round, cancellationToken).ConfigureAwait(false);
        lock (_gate)
        {
            round.Replayed += outcome is null ? 0 : 1;
            round.Conflicts += outcome == ReplayOutcome.PrimaryNewer ? 1 : 0;
            progress?.Report(round.Count - round.Replayed);
        }
    }

    private async Task<ReplayOutcome?> ReplayAsync(ImageHint hint, ReconcileRound round, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (round.Unreachable.Count > 0 && _applied.Contains(hint.Id))
            {
                return null;
            }
        }

        var name = HintStore.NameOf(hint.Key);
        try
        {
            var outcome = await replayer.ReplayAsync(hint.Key, round.Unreachable, cancellationToken).ConfigureAwait(false);
            if (outcome is { } replayed)
            {
                health.RecordWriteSuccess();
                _unreadable.Remove(name.Value);
                Log.HintReplayed(logger, hint.Key, replayed);
                events.Publish(new HintReplayed { At = clock.GetUtcNow(), Key = hint.Key, Outcome = replayed });
            }
            else if (round.Unreachable.Count > 0)
            {
                lock (_gate)
                {
                    _applied.Add(hint.Id);
                }
            }

            return outcome;
        }
        catch (ImageStorageException exception) when (exception is StorageCorruptedException || (exception.Key == hint.Key && exception is StorageNotSupportedException or ImageValidationException))
        {
            // This image cannot be replayed, for example over a record of a newer version of the library; the others can.
            _unreadable.Report(name.Value, name.Value, exception);
            return null;
        }
    }

    /// <summary>Replays the history entries; returns their number.</summary>
    private async Task<int> ReplayHistoryAsync(ReconcileRound round, CancellationToken cancellationToken)
    {
        var replayed = 0;
        foreach (var fallback in chain.Fallbacks.Where(fallback => !round.Unreachable.Contains(fallback)))
        {
            foreach (var name in await HintedHistory.ListHintsAsync(fallback, cancellationToken).ConfigureAwait(false))
            {
                cancellationToken.ThrowIfCancellationRequested();
                try
                {
                    replayed += await entries.ReplayAsync(fallback, name, cancellationToken).ConfigureAwait(false) ? 1 : 0;
                }
                catch (ImageStorageException exception) when (exception is StorageCorruptedException or ImageConflictException)
                {
                    // This entry cannot be read, or the primary has another one under its name; the others can be
                    // replayed.
                    round.Unreadable++;
                    _unreadable.Report(name.Value, name.Value, exception);
                }
            }
        }

        return replayed;
    }

    /// <summary>Counts what is left, and ends the failover if nothing is.</summary>
    private async Task<int> EndAsync(ReconcileRound round, CancellationToken cancellationToken)
    {
        var (remaining, isQuiet) = (0, true);
        foreach (var fallback in chain.Fallbacks)
        {
            if (round.Unreachable.Contains(fallback))
            {
                isQuiet &= fallback.View.IsKnownToBeEmpty;
                continue;
            }

            var count = (await fallback.Hints.ListAsync(cancellationToken).ConfigureAwait(false)).Count;
            fallback.Backlog.Set(count);
            count += (await HintedHistory.ListHintsAsync(fallback, cancellationToken).ConfigureAwait(false)).Count;
            remaining += count;
            isQuiet &= count == 0 && await CloseAsync(fallback, cancellationToken).ConfigureAwait(false);
        }

        if (isQuiet)
        {
            health.EndFailover();
        }

        return remaining;
    }

    /// <summary>
    /// Sweeps a fallback without hints, and deletes its activity marker. Returns whether the fallback is still empty.
    /// </summary>
    private async Task<bool> CloseAsync(FallbackPart fallback, CancellationToken cancellationToken)
    {
        await sweeper.SweepAsync(fallback, cancellationToken).ConfigureAwait(false);
        await fallback.Lease.EndAsync(cancellationToken).ConfigureAwait(false);
        fallback.View.Expire();
        return await fallback.View.IsEmptyAsync(cancellationToken).ConfigureAwait(false);
    }
}
