using System.Collections.Immutable;
using ImageStorage.Diagnostics.Measuring;

namespace ImageStorage.Transactions;

/// <summary>Implements the transactions of one store. A provider object must have one instance.</summary>
internal sealed partial class ImageTransactions(TransactionComponents components, OperationRecorder? recorder = null) : IImageTransactions, IAsyncDisposable, IDisposable
{
    private readonly TransactionRecovery _recovery = new(components);
    private volatile bool _isDisposed;

    /// <summary>
    /// Gets the time after which the next recovery should run because an owner may be dead; <see langword="null"/> if
    /// the last recovery found no such transaction.
    /// </summary>
    public TimeSpan? NextRecovery => _recovery.NextRecovery;

    public TransactionAlerts Alerts => components.Alerts;

    public Task<TransactionResult> ExecuteAsync(IReadOnlyList<TransactionStep> steps, TransactionOptions? options = null, CancellationToken cancellationToken = default) =>
        recorder.MeasureAsync(StoreOperation.Transaction, (Transactions: this, steps, options, cancellationToken), static call => call.Transactions.RunAsync(call.steps, call.options, call.cancellationToken));

    private async Task<TransactionResult> RunAsync(IReadOnlyList<TransactionStep> steps, TransactionOptions? options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(steps);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        cancellationToken.ThrowIfCancellationRequested();
        options ??= TransactionOptions.Default;
        Check(options);
        var plan = TransactionPlan.Create([.. steps], components.Intake, components.Actions, components.Clock);
        await components.ResolveAsync(cancellationToken).ConfigureAwait(false);
        return await (components.Atomic is null ? new SagaRun(components, plan, options).RunAsync(cancellationToken) : new AtomicRun(components, plan, options).RunAsync(cancellationToken)).ConfigureAwait(false);
    }

    public async Task<TransactionResult> ExecuteAsync(Func<ImageTransaction, Task> compose, TransactionOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(compose);
        cancellationToken.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        var transaction = new ImageTransaction();
        ImmutableArray<TransactionStep> steps;
        try
        {
            await (compose(transaction) ?? throw new InvalidOperationException("The delegate of the transaction returned null instead of a task.")).ConfigureAwait(false);
        }
        finally
        {
            steps = transaction.Close();
        }

        return await ExecuteAsync(steps, options, cancellationToken).ConfigureAwait(false);
    }

    public Task<RecoveryResult> RecoverAsync(bool waitForLeases = false, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        cancellationToken.ThrowIfCancellationRequested();
        return _recovery.RunAsync(waitForLeases, cancellationToken);
    }

    public async Task<TransactionPage> ListAsync(TransactionQuery? query = null, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        cancellationToken.ThrowIfCancellationRequested();
        query ??= TransactionQuery.Default;
        Check(query);
        var pending = new List<PendingTransaction>();
        await foreach (var id in components.Journal.EnumerateAsync(query.ContinuationToken, cancellationToken).ConfigureAwait(false))
        {
            if (await FindAsync(id, cancellationToken).ConfigureAwait(false) is not { } found)
            {
                continue;
            }

            if (pending.Count == query.Limit)
            {
                return new TransactionPage { Items = pending, ContinuationToken = pending[^1].Id };
            }

            pending.Add(found);
        }

        return new TransactionPage { Items = pending };
    }

    public async Task<bool> DismissAsync(string id, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        cancellationToken.ThrowIfCancellationRequested();
        if (!TransactionJournal.IsId(id))
        {
            throw new ImageValidationException(ImageValidationKind.InvalidTransaction, "The id of a transaction is 32 hexadecimal digits, as ListAsync returns it.");
        }

        JournalEntry? entry;
        try
        {
            entry = await components.Journal.ReadAsync(id, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageCorruptedException)
        {
            // A damaged journal can be dismissed. The next recovery drops its retained versions.
            return await components.Journal.RemoveAsync(id, cancellationToken).ConfigureAwait(false);
        }

        if (entry is null)
        {
            return false;
        }

        if (entry.State != TransactionState.InDoubt)
        {
            throw new ImageConflictException($"The transaction {id} in {components.Provider.Name} is not in doubt, so a process may be working on it. Call RecoverAsync instead.") { Provider = components.Provider.Name, TransactionId = id };
        }

        try
        {
            await components.Journal.RemoveAsync(entry, cancellationToken).ConfigureAwait(false);
            components.Alerts.Forget(id);
            return true;
        }
        catch (ImageConflictException)
        {
            // A recovery, or another call of this method, may have decided the transaction since the read.
            return await components.Journal.ReadAsync(id, cancellationToken).ConfigureAwait(false) is null ? false
                : throw new ImageConflictException($"A recovery is working on the transaction {id} in {components.Provider.Name}. List the transactions again, and dismiss the transaction if it is still in doubt.") { Provider = components.Provider.Name, TransactionId = id };
        }
    }

    public async ValueTask DisposeAsync()
    {
        _isDisposed = true;
        await components.DisposeAsync().ConfigureAwait(false);
        _recovery.Dispose();
    }

    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    private async Task<PendingTransaction?> FindAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            return await components.Journal.ReadAsync(id, cancellationToken).ConfigureAwait(false) is { State: not TransactionState.Committed } entry
                ? new PendingTransaction { Id = id, State = entry.State, StartedAt = entry.StartedAt, Keys = entry.Keys, Steps = entry.Steps.Length, Reason = entry.Reason }
                : null;
        }
        catch (ImageStorageException exception) when (exception is StorageCorruptedException or StorageNotSupportedException)
        {
            return new PendingTransaction { Id = id, State = TransactionState.Unreadable, Keys = [], Steps = 0, Reason = exception.Reason ?? exception.Message };
        }
    }

    private static void Check(TransactionQuery query)
    {
        if (query.Limit is < 1 or > 1000)
        {
            throw new ArgumentOutOfRangeException(nameof(query), query.Limit, "TransactionQuery.Limit must be 1 to 1000.");
        }

        if (query.ContinuationToken is { } token && !TransactionJournal.IsId(token))
        {
            throw new ImageValidationException(ImageValidationKind.InvalidQuery, "The continuation token was not returned by a listing of transactions: pass the token of the previous page unchanged.");
        }
    }

    private static void Check(TransactionOptions options)
    {
        if (options.Timeout < TimeSpan.FromMilliseconds(10) || options.Timeout > TimeSpan.FromDays(1))
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.Timeout, "TransactionOptions.Timeout must be 10 milliseconds to a day.");
        }

        if (options.Retries is < 0 or > 20)
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.Retries, "TransactionOptions.Retries must be 0 to 20.");
        }

        if (options.RetryDelay < TimeSpan.Zero || options.RetryDelay > TimeSpan.FromMinutes(1))
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.RetryDelay, "TransactionOptions.RetryDelay must be zero to a minute.");
        }

        if (options.ContentionTimeout < TimeSpan.Zero || options.ContentionTimeout > TimeSpan.FromDays(1))
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.ContentionTimeout, "TransactionOptions.ContentionTimeout must be zero to a day.");
        }

        if (options.MaxConcurrency is < 1 or > 64)
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.MaxConcurrency, "TransactionOptions.MaxConcurrency must be 1 to 64.");
        }
    }
}
