using ImageStorage.Diagnostics;
using ImageStorage.Providers;
using ImageStorage.Replication;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Failover;

/// <summary>Brings what waits on the fallbacks to the primary, the oldest notes first, a few images at a time.</summary>
internal sealed class FailoverReconciler(
    HandoffChain chain, HandoffSettler settler, HandoffEntries entries, HandoffSweeper sweeper, PrimaryHealth health, TimeProvider clock, StorageEventQueue events, ILogger logger)
    : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private readonly Lock _gate = new();
    private readonly HashSet<string> _reported = [];

    // Notes whose state the primary has, and that stay because an earlier fallback cannot be asked: not looked at anew in each round.
    private readonly HashSet<string> _brought = [];
    private HashSet<HandoffSide> _unreachable = [];

    public async Task<ReconcileResult> RunAsync(IProgress<int>? progress, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await chain.RecheckAsync(cancellationToken).ConfigureAwait(false);
            var round = await LoadAsync(cancellationToken).ConfigureAwait(false);
            await OverlappedWork.ForEachAsync(round.Hints.Values.OrderBy(hint => hint.At), hint => SettleAsync(hint, round, progress, cancellationToken), cancellationToken).ConfigureAwait(false);
            round.Settled += await SettleEntriesAsync(round, cancellationToken).ConfigureAwait(false);
            var lost = round.Hints.Keys.Count(name => _reported.Contains(name.Value));
            var remaining = await EndAsync(round, cancellationToken).ConfigureAwait(false);
            if (round.Settled > 0)
            {
                ReplicationLog.Reconciled(logger, round.Settled, remaining);
            }

            return round.Blocking(remaining) is { } failure ? throw FailoverErrors.NotReconciled(chain.Names, failure) : new ReconcileResult(round.Settled, round.Conflicts, round.Unreadable + lost, remaining);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    /// <summary>All notes that can be seen; of one image the last.</summary>
    private async Task<ReconcileRound> LoadAsync(CancellationToken cancellationToken)
    {
        var round = new ReconcileRound(chain.NewFailures());
        foreach (var side in chain.Sides.Reverse())
        {
            try
            {
                var names = await side.Hints.ListAsync(cancellationToken).ConfigureAwait(false);
                side.Backlog.Set(names.Count);
                foreach (var name in names.Where(round.AddName))
                {
                    await ReadAsync(side, name, round, cancellationToken).ConfigureAwait(false);
                }
            }
            catch (StorageUnavailableException failure)
            {
                round.AddUnreachable(side, failure);
            }
        }

        if (!round.Unreachable.SetEquals(_unreachable))
        {
            _brought.Clear();
            _unreachable = round.Unreachable;
        }

        return round;
    }

    private async Task ReadAsync(HandoffSide side, DocumentName name, ReconcileRound round, CancellationToken cancellationToken)
    {
        try
        {
            if (await side.Hints.GetAsync(name, cancellationToken).ConfigureAwait(false) is { } hint)
            {
                round.Hints.Add(name, hint);
            }
        }
        catch (StorageCorruptedException exception)
        {
            round.Unreadable++;
            Report(name, exception.Reason ?? exception.Message);
        }
    }

    private async Task SettleAsync(HandoffHint hint, ReconcileRound round, IProgress<int>? progress, CancellationToken cancellationToken)
    {
        var outcome = await SettleAsync(hint, round, cancellationToken).ConfigureAwait(false);
        lock (_gate)
        {
            round.Settled += outcome is null ? 0 : 1;
            round.Conflicts += outcome == HandoffOutcome.PrimaryNewer ? 1 : 0;
            progress?.Report(round.Count - round.Settled);
        }
    }

    private async Task<HandoffOutcome?> SettleAsync(HandoffHint hint, ReconcileRound round, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (round.Unreachable.Count > 0 && _brought.Contains(hint.Id))
            {
                return null;
            }
        }

        var name = HintStore.NameOf(hint.Key);
        try
        {
            var outcome = await settler.SettleAsync(hint.Key, round.Unreachable, cancellationToken).ConfigureAwait(false);
            if (outcome is { } settled)
            {
                health.WriteTaken();
                lock (_gate)
                {
                    _reported.Remove(name.Value);
                }

                Log.HandoffSettled(logger, hint.Key, settled);
                events.Publish(new HandoffReconciled(hint.Key, settled) { At = clock.GetUtcNow() });
            }
            else if (round.Unreachable.Count > 0)
            {
                lock (_gate)
                {
                    _brought.Add(hint.Id);
                }
            }

            return outcome;
        }
        catch (StorageCorruptedException exception)
        {
            // This one image cannot be settled; the others can.
            Report(name, exception.Reason ?? exception.Message);
            return null;
        }
    }

    /// <summary>Brings the entries of the history to the primary; answers how many.</summary>
    private async Task<int> SettleEntriesAsync(ReconcileRound round, CancellationToken cancellationToken)
    {
        var settled = 0;
        foreach (var side in chain.Sides.Where(side => !round.Unreachable.Contains(side)))
        {
            foreach (var name in await HandoffEntries.ListWaitingAsync(side, cancellationToken).ConfigureAwait(false))
            {
                cancellationToken.ThrowIfCancellationRequested();
                try
                {
                    settled += await entries.SettleAsync(side, name, cancellationToken).ConfigureAwait(false) ? 1 : 0;
                }
                catch (Exception exception) when (exception is StorageCorruptedException or ImageConflictException)
                {
                    // This one cannot be read, or the primary has another one under its name; the others can be settled.
                    round.Unreadable++;
                    Report(name, (exception as ImageStorageException)?.Reason ?? exception.Message);
                }
            }
        }

        return settled;
    }

    /// <summary>Looks what is left, and ends the failover when it is nothing.</summary>
    private async Task<int> EndAsync(ReconcileRound round, CancellationToken cancellationToken)
    {
        var (remaining, isQuiet) = (0, true);
        foreach (var side in chain.Sides)
        {
            if (round.Unreachable.Contains(side))
            {
                isQuiet &= side.View.IsAssumedEmpty;
                continue;
            }

            var count = (await side.Hints.ListAsync(cancellationToken).ConfigureAwait(false)).Count;
            side.Backlog.Set(count);
            count += (await HandoffEntries.ListWaitingAsync(side, cancellationToken).ConfigureAwait(false)).Count;
            remaining += count;
            isQuiet &= count == 0 && await CloseAsync(side, cancellationToken).ConfigureAwait(false);
        }

        if (isQuiet)
        {
            health.Drained();
        }

        return remaining;
    }

    /// <summary>Leaves a fallback on which nothing waits as it is in peace.</summary>
    private async Task<bool> CloseAsync(HandoffSide side, CancellationToken cancellationToken)
    {
        await sweeper.SweepAsync(side, cancellationToken).ConfigureAwait(false);
        await side.Lease.EndAsync(cancellationToken).ConfigureAwait(false);
        side.View.Expire();
        return await side.View.IsEmptyAsync(cancellationToken).ConfigureAwait(false);
    }

    private void Report(DocumentName name, string reason)
    {
        bool isNew;
        lock (_gate)
        {
            isNew = _reported.Add(name.Value);
        }

        if (isNew)
        {
            ReplicationLog.HandoffUnreadable(logger, name.Value, reason);
            events.Publish(new HandoffUnreadable(name.Value, reason) { At = clock.GetUtcNow() });
        }
    }
}
