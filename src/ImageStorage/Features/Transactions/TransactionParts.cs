using ImageStorage.Coordination;
using ImageStorage.Diagnostics;
using ImageStorage.Providers;
using ImageStorage.Store;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Transactions;

/// <summary>The parts of the transactions of one store: which knows which is written down here only.</summary>
internal sealed class TransactionParts : IAsyncDisposable
{
    private const string Owners = "transaction-owners";
    private readonly IPrimaryRoute? _route;
    private volatile bool _isResolved;

    public TransactionParts(
        IImageProvider provider, ImageStorageOptions store, ImageTransactionsOptions options, IEnumerable<ITransactionAction> actions, TimeProvider clock, StorageEventQueue? events, ILogger logger)
    {
        ImageTransactionsOptionsValidator.ThrowIfInvalid(options);
        (Clock, Logger, Options, Events) = (clock, logger, options, events);
        Alerts = new TransactionAlerts(events, clock, logger);

        // Transactions stay on one provider: under a failover that is the primary.
        _route = provider.GetAbility<IPrimaryRoute>();
        Provider = _route?.Primary ?? provider;
        Intake = new ImageIntake(provider.Capabilities, store);
        Actions = actions.ToDictionary(action => action.Name, StringComparer.Ordinal);
        Journal = new TransactionJournal(Documents);
        IsShared = Provider.Capabilities.MultiProcess;
        Owner = new ProcessLease(Documents, Owners, IsShared, options.LeaseDuration, clock, () => Journal.LiveCount > 0, logger);
        Watch = new ProcessLeaseWatch(Documents, Owners, IsShared, options.LeaseDuration, clock);
        Compensator = new StepCompensator(this);
    }

    public TimeProvider Clock { get; }

    public ILogger Logger { get; }

    public ImageTransactionsOptions Options { get; }

    public StorageEventQueue? Events { get; }

    public TransactionAlerts Alerts { get; }

    public IImageProvider Provider { get; }

    public IDocumentStore Documents => Provider.Documents;

    public bool IsShared { get; }

    public ImageIntake Intake { get; }

    public IReadOnlyDictionary<string, ITransactionAction> Actions { get; }

    public TransactionJournal Journal { get; }

    public ProcessLease Owner { get; }

    public ProcessLeaseWatch Watch { get; }

    public StepCompensator Compensator { get; }

    /// <summary>Commits several images at once, where the provider can.</summary>
    public IAtomicProvider? Atomic { get; private set; }

    /// <summary>Keeps versions, where the provider can.</summary>
    public IVersionKeeper? Keeper { get; private set; }

    /// <summary>Finds out what the provider can do. One that is chosen by a probe can say so only once it is chosen.</summary>
    public async Task ResolveAsync(CancellationToken cancellationToken)
    {
        if (_isResolved)
        {
            return;
        }

        var (atomic, keeper) = (Provider.GetAbility<IAtomicProvider>(), Provider.GetAbility<IVersionKeeper>());
        if (atomic is null && keeper is null)
        {
            await Documents.ListAsync("transactions/", null, 1, cancellationToken).ConfigureAwait(false);
            (atomic, keeper) = (Provider.GetAbility<IAtomicProvider>(), Provider.GetAbility<IVersionKeeper>());
        }

        if (atomic is null && keeper is null)
        {
            throw new StorageNotSupportedException($"{Provider.Name} can neither commit several images at once nor keep versions, so it has no transactions. Use a provider that can.") { Provider = Provider.Name };
        }

        // Concurrent first calls may all arrive here. A call assigns only what it has found, never null over the finding of another call.
        (Atomic, Keeper) = (atomic ?? Atomic, keeper ?? Keeper);
        _isResolved = true;
    }

    /// <summary>Makes sure that nothing of these images waits on a fallback, where a transaction would not see it.</summary>
    /// <exception cref="StorageUnavailableException">Something waits.</exception>
    public Task EnsureReplayedAsync(IEnumerable<ImageKey> keys, CancellationToken cancellationToken) => _route?.EnsureReplayedAsync([.. keys], cancellationToken) ?? Task.CompletedTask;

    /// <summary>Removes the journal of a transaction of which nothing is left. One that cannot be removed is harmless: a recovery finds nothing to undo.</summary>
    public async Task WithdrawAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            await Journal.RemoveAsync(id, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is ImageStorageException or OperationCanceledException)
        {
            Log.TransactionLeftOver(Logger, exception);
        }
    }

    /// <summary>Writes into the journal what could not be undone. If that fails, the journal still has all of the plan, and a recovery goes through it again.</summary>
    /// <returns>False if another process has taken the journal over or has ended it: what is in doubt here is that process's to decide, and nothing was reported.</returns>
    public async Task<bool> MarkInDoubtAsync(JournalEntry entry, IReadOnlyList<StepUndo> left, CancellationToken cancellationToken)
    {
        var reason = TransactionAlerts.ReasonOf(left);
        try
        {
            await Journal.ReplaceAsync(entry with { State = TransactionState.InDoubt, Reason = reason, Steps = [.. left.Select(undo => undo.Step).OrderBy(step => step.Index)] }, cancellationToken).ConfigureAwait(false);
        }
        catch (ImageConflictException exception)
        {
            Log.TransactionLeftOver(Logger, exception);
            return false;
        }
        catch (Exception exception) when (exception is ImageStorageException or OperationCanceledException)
        {
            Log.TransactionLeftOver(Logger, exception);
        }

        // What is undone looks like the version before now, and needs no other copy of it.
        Alerts.InDoubt(entry.Id, reason, left);
        await DropKeptAsync(entry, entry.Steps.Except(left.Select(undo => undo.Step)), cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>Lets go of what a decided transaction kept. It is decided whether that succeeds or not.</summary>
    public async Task DropKeptAsync(JournalEntry entry, IEnumerable<JournalStep> steps, CancellationToken cancellationToken)
    {
        if (Keeper is not { } keeper)
        {
            return;
        }

        try
        {
            foreach (var step in steps.Where(step => step is { Key: not null, Before: not null }))
            {
                await keeper.DropAsync(step.KeptId(entry.Id), cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is ImageStorageException or OperationCanceledException)
        {
            // Nobody needs them any more; a recovery lets them go.
            Log.TransactionLeftOver(Logger, exception);
        }
    }

    public ValueTask DisposeAsync() => Owner.DisposeAsync();
}
