using System.Runtime.ExceptionServices;
using ImageStorage.Coordination;
using ImageStorage.Providers;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Transactions;

/// <summary>
/// Rolls back the transactions of dead processes. A recovery first takes the journal over, on condition that the
/// journal is unchanged. So of several processes only one works on a transaction, and a slow owner can no longer
/// commit.
/// </summary>
internal sealed class TransactionRecovery(TransactionComponents components) : IDisposable
{
    private const int PageLength = 1000;

    private const int MaxFailures = 8;

    // The longest lease that the options permit. A damaged lease document may name a longer one.
    private static readonly TimeSpan MaxLease = TimeSpan.FromHours(1);
    private readonly SemaphoreSlim _turn = new(1, 1);
    private bool _isUndetermined;
    private bool _hasActive;

    /// <summary>
    /// Gets the time after which the next recovery should run because of a transaction of another process;
    /// <see langword="null"/> if the last recovery found none.
    /// </summary>
    public TimeSpan? NextRecovery => _isUndetermined ? components.Watch.Interval : _hasActive ? components.Watch.LongInterval : null;

    /// <summary>Recovers the transactions that can be recovered now.</summary>
    /// <param name="waitForLeases">
    /// <see langword="true"/> to repeat the recovery until the state of every owner is certain, for up to the longest
    /// lease of an owner.
    /// </param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<RecoveryResult> RunAsync(bool waitForLeases, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await components.ResolveAsync(cancellationToken).ConfigureAwait(false);
            var start = components.Clock.GetTimestamp();
            var (result, failure) = await RunOnceAsync(cancellationToken).ConfigureAwait(false);
            while (waitForLeases && _isUndetermined && components.Clock.GetElapsedTime(start) <= LongestWait)
            {
                await Task.Delay(components.Watch.Interval, components.Clock, cancellationToken).ConfigureAwait(false);
                (var next, failure) = await RunOnceAsync(cancellationToken).ConfigureAwait(false);
                result = next with { RolledBack = next.RolledBack + result.RolledBack, Dropped = next.Dropped + result.Dropped };
            }

            failure?.Throw();
            return result;
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    // One interval is added because a timer may fire early.
    private TimeSpan LongestWait => (components.Watch.LongestLease < MaxLease ? components.Watch.LongestLease : MaxLease) + components.Watch.Interval;

    /// <summary>
    /// Recovers what can be recovered. A transaction, or a retained version, whose recovery fails does not keep the others
    /// from their recovery; the first failure is returned.
    /// </summary>
    private async Task<(RecoveryResult Result, ExceptionDispatchInfo? Failure)> RunOnceAsync(CancellationToken cancellationToken)
    {
        // Retained versions are listed first: a version is retained only while its journal exists, so a version without
        // a journal is unused.
        var retained = await ListRetainedAsync(cancellationToken).ConfigureAwait(false);
        var ids = await components.Journal.ListAsync(cancellationToken).ConfigureAwait(false);
        _isUndetermined = false;
        var failures = new Failures(components.Logger);
        int rolledBack = 0, inDoubt = 0, active = 0, unreadable = 0;
        foreach (var id in ids.Where(id => !components.Journal.IsLive(id)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            switch (await failures.TryAsync(() => RecoverAsync(id, cancellationToken)).ConfigureAwait(false))
            {
                case Decision.RolledBack:
                    rolledBack++;
                    break;
                case Decision.InDoubt:
                    inDoubt++;
                    break;
                case Decision.Active:
                    active++;
                    break;
                case Decision.Unreadable:
                    unreadable++;
                    break;
            }
        }

        _hasActive = active > 0;

        // The leases of processes that died without transactions.
        await failures.TryAsync(() => components.Watch.CheckOthersAsync(owner => owner == components.Owner.Id, records: false, cancellationToken)).ConfigureAwait(false);
        var undecided = ids.ToHashSet(StringComparer.Ordinal);
        components.Alerts.ForgetDecided(undecided);
        var dropped = 0;
        foreach (var id in retained.Where(id => TransactionOf(id) is { } transaction && !undecided.Contains(transaction) && !components.Journal.IsLive(transaction)))
        {
            dropped += await failures.TryAsync(() => components.Keeper!.DropAsync(id, cancellationToken)).ConfigureAwait(false) ? 1 : 0;
        }

        return (new RecoveryResult { RolledBack = rolledBack, InDoubt = inDoubt, Active = active, Unreadable = unreadable, Dropped = dropped }, failures.First);
    }

    private async Task<Decision> RecoverAsync(string id, CancellationToken cancellationToken)
    {
        JournalEntry? entry;
        try
        {
            entry = await components.Journal.ReadAsync(id, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is StorageCorruptedException or StorageNotSupportedException)
        {
            components.Alerts.ReportUnreadable(id, exception);
            return Decision.Unreadable;
        }

        // Decided by now, or started by this process since the listing.
        if (entry is null || components.Journal.IsLive(id))
        {
            return Decision.Nothing;
        }

        switch (entry.State)
        {
            case TransactionState.Committed:
                await components.DropRetainedAsync(entry, entry.Steps, cancellationToken).ConfigureAwait(false);
                await components.WithdrawAsync(id, cancellationToken).ConfigureAwait(false);
                return Decision.Nothing;
            case TransactionState.InDoubt:
                if (entry.Steps.Any(CanCompensate))
                {
                    return await TakeOverAsync(entry, cancellationToken).ConfigureAwait(false);
                }

                components.Alerts.ReportFoundInDoubt(id, entry.Reason ?? "The journal contains no reason.");
                return Decision.InDoubt;
            default:
                var owner = entry.Owner == components.Owner.Id ? ProcessState.Dead : await components.Watch.CheckAsync(entry.Owner, records: true, cancellationToken).ConfigureAwait(false);
                _isUndetermined |= owner == ProcessState.Silent;
                return owner == ProcessState.Dead ? await TakeOverAsync(entry, cancellationToken).ConfigureAwait(false) : Decision.Active;
        }
    }

    private async Task<Decision> TakeOverAsync(JournalEntry entry, CancellationToken cancellationToken)
    {
        await components.Owner.EnsureAsync(cancellationToken).ConfigureAwait(false);
        var taken = entry with { State = TransactionState.Compensating, Owner = components.Owner.Id, Reason = null };
        using var registration = components.Journal.Register(taken);
        try
        {
            taken = await components.Journal.ReplaceAsync(taken, cancellationToken).ConfigureAwait(false);
        }
        catch (ImageConflictException)
        {
            return await CheckTakenAsync(entry.Id, cancellationToken).ConfigureAwait(false);
        }

        return await CompensateAsync(taken, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Finds out whether another process has taken the transaction over, or whether the transaction is decided,
    /// possibly by its living owner.
    /// </summary>
    private async Task<Decision> CheckTakenAsync(string id, CancellationToken cancellationToken) =>
        await components.Journal.ExistsAsync(id, cancellationToken).ConfigureAwait(false) ? Decision.Active : Decision.Nothing;

    private async Task<Decision> CompensateAsync(JournalEntry taken, CancellationToken cancellationToken)
    {
        var remaining = new List<StepCompensation>();
        foreach (var step in taken.Steps.Reverse())
        {
            if (!components.Owner.IsTrusted(taken.Owner))
            {
                // Another process may work on the transaction by now.
                return Decision.Active;
            }

            var compensation = await components.Compensator.CompensateAsync(taken.Id, step, null, TransactionOptions.Default, cancellationToken).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            if (compensation.Status == TransactionStepStatus.InDoubt)
            {
                remaining.Add(compensation);
            }
        }

        if (remaining.Count > 0)
        {
            return await components.MarkInDoubtAsync(taken, remaining, cancellationToken).ConfigureAwait(false) ? Decision.InDoubt : await CheckTakenAsync(taken.Id, cancellationToken).ConfigureAwait(false);
        }

        try
        {
            await components.Journal.RemoveAsync(taken, cancellationToken).ConfigureAwait(false);
        }
        catch (ImageConflictException)
        {
            // This process was slow for longer than its lease. The retained versions belong to the process that took
            // the transaction over.
            return await CheckTakenAsync(taken.Id, cancellationToken).ConfigureAwait(false);
        }

        await components.DropRetainedAsync(taken, taken.Steps, cancellationToken).ConfigureAwait(false);
        Log.TransactionRecovered(components.Logger, taken.Id);
        components.Events?.Publish(new TransactionRecovered { At = components.Clock.GetUtcNow(), Id = taken.Id });
        return Decision.RolledBack;
    }

    /// <summary>Returns whether this process can compensate a step.</summary>
    private bool CanCompensate(JournalStep step) => step.Kind switch
    {
        JournalStepKind.Custom => false,
        JournalStepKind.Action => components.Actions.ContainsKey(step.Name!),
        _ => true,
    };

    /// <summary>Lists the retained versions of transactions. Those of other owners are neither listed nor dropped.</summary>
    private async Task<List<string>> ListRetainedAsync(CancellationToken cancellationToken)
    {
        var retained = new List<string>();
        if (components.Keeper is not { } keeper)
        {
            return retained;
        }

        while (true)
        {
            var ids = await keeper.ListRetainedAsync(retained.Count == 0 ? RetainedVersionRules.Transactions : retained[^1], PageLength, cancellationToken).ConfigureAwait(false);
            retained.AddRange(ids.TakeWhile(id => id.StartsWith(RetainedVersionRules.Transactions, StringComparison.Ordinal)));
            if (ids.Count < PageLength || !ids[^1].StartsWith(RetainedVersionRules.Transactions, StringComparison.Ordinal))
            {
                return retained;
            }
        }
    }

    private static string? TransactionOf(string retained)
    {
        var id = retained[RetainedVersionRules.Transactions.Length..].Split('-')[0];
        return TransactionJournal.IsId(id) ? id : null;
    }

    /// <summary>
    /// The failures of one run. A run with many failures ends: the store is probably unavailable, and each call would wait
    /// for its timeout.
    /// </summary>
    private sealed class Failures(ILogger logger)
    {
        private int _count;

        public ExceptionDispatchInfo? First { get; private set; }

        /// <summary>Returns the result of an operation; the default if the operation has failed.</summary>
        public async Task<T?> TryAsync<T>(Func<Task<T>> operation)
        {
            try
            {
                return await operation().ConfigureAwait(false);
            }
            catch (ImageStorageException exception)
            {
                Log.RecoveryStepFailed(logger, exception);
                First ??= ExceptionDispatchInfo.Capture(exception);
                if (++_count == MaxFailures)
                {
                    First.Throw();
                }

                return default;
            }
        }
    }

    private enum Decision
    {
        Nothing,
        RolledBack,
        InDoubt,
        Active,
        Unreadable,
    }
}
