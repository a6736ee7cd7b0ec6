using System.Collections.Immutable;

namespace ImageStorage.Transactions;

/// <summary>The transactions of one store. There is one object of this for a provider object.</summary>
internal sealed class ImageTransactions(TransactionParts parts) : IImageTransactions, IAsyncDisposable, IDisposable
{
    private readonly TransactionRecovery _recovery = new(parts);
    private volatile bool _isDisposed;

    /// <summary>Gets the time after which a recovery should look again at transactions whose owner may be dead; null if it found none.</summary>
    public TimeSpan? NextLook => _recovery.NextLook;

    public async Task<TransactionResult> ExecuteAsync(IReadOnlyList<TransactionStep> steps, TransactionOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(steps);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        cancellationToken.ThrowIfCancellationRequested();
        options ??= TransactionOptions.Default;
        Check(options);
        var plan = TransactionPlan.Create([.. steps], parts.Intake, parts.Actions, parts.Clock);
        await parts.ResolveAsync(cancellationToken).ConfigureAwait(false);
        return await (parts.Atomic is null ? new SagaRun(parts, plan, options).RunAsync(cancellationToken) : new AtomicRun(parts, plan, options).RunAsync(cancellationToken)).ConfigureAwait(false);
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
        await foreach (var id in parts.Journal.EnumerateAsync(query.ContinuationToken, cancellationToken).ConfigureAwait(false))
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
            entry = await parts.Journal.ReadAsync(id, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageCorruptedException)
        {
            // What cannot be read can be dismissed; what it kept is dropped by the next recovery.
            return await parts.Journal.RemoveAsync(id, cancellationToken).ConfigureAwait(false);
        }

        if (entry is null)
        {
            return false;
        }

        if (entry.State != TransactionState.InDoubt)
        {
            throw new ImageConflictException($"The transaction {id} is not in doubt, so somebody may be working on it. Recover it instead.") { Provider = parts.Provider.Name };
        }

        try
        {
            await parts.Journal.RemoveAsync(entry, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (ImageConflictException)
        {
            // A recovery, or another call of this method, may have ended the transaction since the read.
            return await parts.Journal.ReadAsync(id, cancellationToken).ConfigureAwait(false) is null ? false
                : throw new ImageConflictException($"A recovery works on the transaction {id}. List the transactions again, and dismiss it if it is in doubt afterwards.") { Provider = parts.Provider.Name, TransactionId = id };
        }
    }

    public async ValueTask DisposeAsync()
    {
        _isDisposed = true;
        await parts.DisposeAsync().ConfigureAwait(false);
        _recovery.Dispose();
    }

    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    private async Task<PendingTransaction?> FindAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            return await parts.Journal.ReadAsync(id, cancellationToken).ConfigureAwait(false) is { State: not TransactionState.Committed } entry
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
