using ImageStorage.Coordination;
using ImageStorage.Providers;
using ImageStorage.Store;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Transactions;

/// <summary>Composes the components of the transactions of one store.</summary>
internal sealed class TransactionComponents : IAsyncDisposable
{
    private readonly IPrimaryRoute? _route;
    private volatile bool _isResolved;

    public TransactionComponents(
        IImageProvider provider, ImageStorageOptions store, ImageTransactionsOptions options, IEnumerable<ITransactionAction> actions, TimeProvider clock, IStorageEventSink? events, ILogger logger)
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
        Owner = new ProcessLease(Documents, DocumentCollections.TransactionOwners, IsShared, options.LeaseDuration, clock, () => Journal.LiveCount > 0, logger);
        Watch = new ProcessLeaseWatch(Documents, DocumentCollections.TransactionOwners, IsShared, options.LeaseDuration, clock);
        Compensator = new StepCompensator(this);
    }

    public TimeProvider Clock { get; }

    public ILogger Logger { get; }

    public ImageTransactionsOptions Options { get; }

    public IStorageEventSink? Events { get; }

    public TransactionAlerts Alerts { get; }

    public IImageProvider Provider { get; }

    /// <summary>Gets a value that indicates whether the provider is the primary of a store with fallbacks.</summary>
    public bool HasFallback => _route is not null;

    public IDocumentStore Documents => Provider.Documents;

    public bool IsShared { get; }

    public ImageIntake Intake { get; }

    public IReadOnlyDictionary<string, ITransactionAction> Actions { get; }

    public TransactionJournal Journal { get; }

    public ProcessLease Owner { get; }

    public ProcessLeaseWatch Watch { get; }

    public StepCompensator Compensator { get; }

    /// <summary>
    /// Gets the ability to commit several images at once; <see langword="null"/> if the provider does not have it.
    /// </summary>
    public IAtomicProvider? Atomic { get; private set; }

    /// <summary>Gets the ability to retain versions; <see langword="null"/> if the provider does not have it.</summary>
    public IVersionKeeper? Keeper { get; private set; }

    /// <summary>
    /// Finds the abilities of the provider. A provider that is chosen by a probe has abilities only after the choice.
    /// </summary>
    public async Task ResolveAsync(CancellationToken cancellationToken)
    {
        if (_isResolved)
        {
            return;
        }

        var (atomic, keeper) = (Provider.GetAbility<IAtomicProvider>(), Provider.GetAbility<IVersionKeeper>());
        if (atomic is null && keeper is null)
        {
            await Documents.ListAsync(DocumentCollections.Transactions + "/", null, 1, cancellationToken).ConfigureAwait(false);
            (atomic, keeper) = (Provider.GetAbility<IAtomicProvider>(), Provider.GetAbility<IVersionKeeper>());
        }

        if (atomic is null && keeper is null)
        {
            throw Refusal();
        }

        // Concurrent first calls may all arrive here. A call assigns only abilities that it has found, never null over
        // those of another call.
        (Atomic, Keeper) = (atomic ?? Atomic, keeper ?? Keeper);
        _isResolved = true;
    }

    private StorageNotSupportedException Refusal()
    {
        var hiding = DelegatingImageProvider.FindHiding<IPrimaryRoute>(Provider) ?? DelegatingImageProvider.FindHiding<IAtomicProvider>(Provider) ?? DelegatingImageProvider.FindHiding<IVersionKeeper>(Provider);
        return hiding is not null
            ? new StorageNotSupportedException($"The layer {hiding.GetType().Name} of the store hides the abilities of {Provider.Name} that transactions and moves need, so the store does not support transactions and moves. Derive the layer from WriteLayer, or let its PassesOn return true for IAtomicProvider and IVersionKeeper if their calls may bypass the layer.") { Provider = Provider.Name }
            : Provider.GetAbility<IStorageMirror>() is not null
                ? new StorageNotSupportedException($"A replica of the mirrored store cannot retain versions, so the store does not support transactions and moves. Use replicas that both retain versions: a folder, LiteDB, Azure Blob Storage, or a hybrid of these.") { Provider = Provider.Name }
                : new StorageNotSupportedException($"{Provider.Name} can neither commit several images at once nor retain versions, so the store does not support transactions and moves. Use a folder, LiteDB, Azure Blob Storage, or a hybrid of these.") { Provider = Provider.Name };
    }

    /// <summary>
    /// Ensures that no fallback has a hint for these images: a transaction would not see the write of the hint.
    /// </summary>
    /// <exception cref="StorageUnavailableException">A fallback has a hint, or cannot be asked.</exception>
    public Task EnsureNoHintsAsync(IEnumerable<ImageKey> keys, CancellationToken cancellationToken) => _route?.EnsureNoHintsAsync([.. keys], cancellationToken) ?? Task.CompletedTask;

    /// <summary>
    /// Reads the record of an image past the cache, which may hold the version before a write of another process: a
    /// step would then be refused, and a compensation would take a step that was done for one that was not.
    /// </summary>
    public async Task<ImageInfo?> ReadAsync(ImageKey key, CancellationToken cancellationToken)
    {
        if (IsShared && Provider.GetAbility<IImageCache>() is { } cache)
        {
            await cache.InvalidateAsync(key, cancellationToken).ConfigureAwait(false);
        }

        return await Provider.GetInfoAsync(key, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Removes the journal of a transaction without effects. A journal that cannot be removed is harmless: a recovery
    /// finds nothing to compensate.
    /// </summary>
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

    /// <summary>
    /// Replaces the journal by one with the remaining steps. If the write fails, the journal still contains the
    /// complete plan, and a recovery processes all steps again.
    /// </summary>
    /// <returns>
    /// <see langword="false"/> if another process has taken the journal over or removed it. That process decides the
    /// transaction, and nothing was reported.
    /// </returns>
    public async Task<bool> MarkInDoubtAsync(JournalEntry entry, IReadOnlyList<StepCompensation> remaining, CancellationToken cancellationToken)
    {
        var reason = TransactionAlerts.ReasonOf(remaining);
        try
        {
            await Journal.ReplaceAsync(entry with { State = TransactionState.InDoubt, Reason = reason, Steps = [.. remaining.Select(compensation => compensation.Step).OrderBy(step => step.Index)] }, cancellationToken).ConfigureAwait(false);
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

        // Compensated images are in the version before the transaction, so their retained versions are no longer
        // needed.
        Alerts.ReportInDoubt(entry.Id, reason, remaining);
        await DropRetainedAsync(entry, entry.Steps.Except(remaining.Select(compensation => compensation.Step)), cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>Drops the retained versions of a decided transaction. A failure does not change the decision.</summary>
    public async Task DropRetainedAsync(JournalEntry entry, IEnumerable<JournalStep> steps, CancellationToken cancellationToken)
    {
        if (Keeper is not { } keeper)
        {
            return;
        }

        try
        {
            foreach (var step in steps.Where(step => step is { Key: not null, Before: not null }))
            {
                await keeper.DropAsync(step.RetainedId(entry.Id), cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is ImageStorageException or OperationCanceledException)
        {
            // No transaction needs these versions any more; a recovery drops them.
            Log.TransactionLeftOver(Logger, exception);
        }
    }

    public ValueTask DisposeAsync() => Owner.DisposeAsync();
}
