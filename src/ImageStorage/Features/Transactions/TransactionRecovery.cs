using ImageStorage.Coordination;

namespace ImageStorage.Transactions;

/// <summary>
/// Undoes what dead processes left. Whoever does takes the journal over first, on condition that it is still as it was read; so of several that recover
/// only one works on a transaction, and an owner that was only slow finds that it may not commit any more.
/// </summary>
internal sealed class TransactionRecovery(TransactionParts parts) : IDisposable
{
    private const int PageLength = 1000;

    // One more than a lease has intervals, as a timer may fire a little early.
    private const int LooksInLease = 11;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private bool _isUndetermined;
    private bool _isWaiting;

    /// <summary>Gets the time after which the next recovery should run because of a transaction of another process; null if the last recovery found none.</summary>
    public TimeSpan? NextLook => _isUndetermined ? parts.Watch.Interval : _isWaiting ? parts.Watch.LongInterval : null;

    /// <summary>Recovers what can be recovered now.</summary>
    /// <param name="waitForLeases">Look again, for as long as a lease lasts, while it is not certain of each owner whether it is alive or dead.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<RecoveryResult> RunAsync(bool waitForLeases, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await parts.ResolveAsync(cancellationToken).ConfigureAwait(false);
            var result = await RunOnceAsync(cancellationToken).ConfigureAwait(false);
            for (var look = 0; waitForLeases && _isUndetermined && look < LooksInLease; look++)
            {
                await Task.Delay(parts.Watch.Interval, parts.Clock, cancellationToken).ConfigureAwait(false);
                var next = await RunOnceAsync(cancellationToken).ConfigureAwait(false);
                result = next with { RolledBack = next.RolledBack + result.RolledBack, Dropped = next.Dropped + result.Dropped };
            }

            return result;
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private async Task<RecoveryResult> RunOnceAsync(CancellationToken cancellationToken)
    {
        // What is kept is listed first: a version is kept only while its journal is there, so one without is needed no more.
        var kept = await ListRetainedAsync(cancellationToken).ConfigureAwait(false);
        var ids = await parts.Journal.ListAsync(cancellationToken).ConfigureAwait(false);
        _isUndetermined = false;
        int rolledBack = 0, inDoubt = 0, waiting = 0, unreadable = 0;
        foreach (var id in ids.Where(id => !parts.Journal.IsLive(id)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            switch (await RecoverAsync(id, cancellationToken).ConfigureAwait(false))
            {
                case Found.RolledBack:
                    rolledBack++;
                    break;
                case Found.InDoubt:
                    inDoubt++;
                    break;
                case Found.Waiting:
                    waiting++;
                    break;
                case Found.Unreadable:
                    unreadable++;
                    break;
            }
        }

        _isWaiting = waiting > 0;
        await ForgetOwnersAsync(cancellationToken).ConfigureAwait(false);
        var undecided = ids.ToHashSet(StringComparer.Ordinal);
        parts.Alerts.Keep(undecided);
        var dropped = 0;
        foreach (var id in kept.Where(id => OwnerOf(id) is { } transaction && !undecided.Contains(transaction) && !parts.Journal.IsLive(transaction)))
        {
            dropped += await parts.Keeper!.DropAsync(id, cancellationToken).ConfigureAwait(false) ? 1 : 0;
        }

        return new RecoveryResult { RolledBack = rolledBack, InDoubt = inDoubt, Waiting = waiting, Unreadable = unreadable, Dropped = dropped };
    }

    private async Task<Found> RecoverAsync(string id, CancellationToken cancellationToken)
    {
        JournalEntry? entry;
        try
        {
            entry = await parts.Journal.ReadAsync(id, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is StorageCorruptedException or StorageNotSupportedException)
        {
            parts.Alerts.Unreadable(id, exception);
            return Found.Unreadable;
        }

        // One that this process has begun since the listing, or that is decided by now.
        if (entry is null || parts.Journal.IsLive(id))
        {
            return Found.Nothing;
        }

        switch (entry.State)
        {
            case TransactionState.Committed:
                await parts.DropKeptAsync(entry, entry.Steps, cancellationToken).ConfigureAwait(false);
                await parts.WithdrawAsync(id, cancellationToken).ConfigureAwait(false);
                return Found.Nothing;
            case TransactionState.InDoubt:
                if (entry.Steps.Any(CanUndo))
                {
                    return await TakeOverAsync(entry, cancellationToken).ConfigureAwait(false);
                }

                parts.Alerts.FoundInDoubt(id, entry.Reason ?? "It says no reason.");
                return Found.InDoubt;
            default:
                var owner = entry.Owner == parts.Owner.Id ? ProcessState.Dead : await parts.Watch.CheckAsync(entry.Owner, records: true, cancellationToken).ConfigureAwait(false);
                _isUndetermined |= owner == ProcessState.Silent;
                return owner == ProcessState.Dead ? await TakeOverAsync(entry, cancellationToken).ConfigureAwait(false) : Found.Waiting;
        }
    }

    private async Task<Found> TakeOverAsync(JournalEntry entry, CancellationToken cancellationToken)
    {
        await parts.Owner.EnsureAsync(cancellationToken).ConfigureAwait(false);
        var taken = entry with { State = TransactionState.Compensating, Owner = parts.Owner.Id, Reason = null };
        using var registration = parts.Journal.Register(taken);
        try
        {
            taken = await parts.Journal.ReplaceAsync(taken, cancellationToken).ConfigureAwait(false);
        }
        catch (ImageConflictException)
        {
            return await LostAsync(entry.Id, cancellationToken).ConfigureAwait(false);
        }

        return await UndoAsync(taken, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Another process has taken the transaction over or has ended it, or its owner was alive and has decided it: looks which.</summary>
    private async Task<Found> LostAsync(string id, CancellationToken cancellationToken) =>
        await parts.Journal.ExistsAsync(id, cancellationToken).ConfigureAwait(false) ? Found.Waiting : Found.Nothing;

    private async Task<Found> UndoAsync(JournalEntry taken, CancellationToken cancellationToken)
    {
        var left = new List<StepUndo>();
        foreach (var step in taken.Steps.Reverse())
        {
            if (!parts.Owner.IsTrusted(taken.Owner))
            {
                // Another process may be at it by now.
                return Found.Waiting;
            }

            var undo = await parts.Compensator.UndoAsync(taken.Id, step, null, TransactionOptions.Default, cancellationToken).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            if (undo.Status == TransactionStepStatus.InDoubt)
            {
                left.Add(undo);
            }
        }

        if (left.Count > 0)
        {
            return await parts.MarkInDoubtAsync(taken, left, cancellationToken).ConfigureAwait(false) ? Found.InDoubt : await LostAsync(taken.Id, cancellationToken).ConfigureAwait(false);
        }

        try
        {
            await parts.Journal.RemoveAsync(taken, cancellationToken).ConfigureAwait(false);
        }
        catch (ImageConflictException)
        {
            // This process was slow for longer than its lease. What is kept now belongs to the process that has taken the transaction over.
            return await LostAsync(taken.Id, cancellationToken).ConfigureAwait(false);
        }

        await parts.DropKeptAsync(taken, taken.Steps, cancellationToken).ConfigureAwait(false);
        Log.TransactionRecovered(parts.Logger, taken.Id);
        parts.Events?.Publish(new TransactionRecovered(taken.Id) { At = parts.Clock.GetUtcNow() });
        return Found.RolledBack;
    }

    /// <summary>Can this process undo a step at all?</summary>
    private bool CanUndo(JournalStep step) => step.Kind switch
    {
        JournalStepKind.Custom => false,
        JournalStepKind.Action => parts.Actions.ContainsKey(step.Name!),
        _ => true,
    };

    /// <summary>Removes the leases of processes that died without a transaction.</summary>
    private async Task ForgetOwnersAsync(CancellationToken cancellationToken)
    {
        if (!parts.IsShared)
        {
            return;
        }

        var owners = (await parts.Watch.ListAsync(null, PageLength, cancellationToken).ConfigureAwait(false)).ToHashSet(StringComparer.Ordinal);
        if (owners.Count < PageLength)
        {
            parts.Watch.ForgetOthers(owners);
        }

        foreach (var owner in owners.Where(owner => owner != parts.Owner.Id))
        {
            await parts.Watch.CheckAsync(owner, records: false, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<List<string>> ListRetainedAsync(CancellationToken cancellationToken)
    {
        var kept = new List<string>();
        if (parts.Keeper is not { } keeper)
        {
            return kept;
        }

        while (true)
        {
            var ids = await keeper.ListRetainedAsync(kept.Count == 0 ? null : kept[^1], PageLength, cancellationToken).ConfigureAwait(false);
            kept.AddRange(ids);
            if (ids.Count < PageLength)
            {
                return kept;
            }
        }
    }

    private static string? OwnerOf(string kept) => kept.IndexOf('-', StringComparison.Ordinal) is var end and > 0 && TransactionJournal.IsId(kept[..end]) ? kept[..end] : null;

    private enum Found
    {
        Nothing,
        RolledBack,
        InDoubt,
        Waiting,
        Unreadable,
    }
}
