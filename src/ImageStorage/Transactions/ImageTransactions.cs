using ImageStorage.Errors;

namespace ImageStorage.Transactions;

/// <summary>The transactions of one store. There is one object of this for a provider object.</summary>
internal sealed class ImageTransactions(TransactionParts parts) : IImageTransactions, IAsyncDisposable, IDisposable
{
    private readonly TransactionRecovery _recovery = new(parts);

    public async Task<TransactionResult> ExecuteAsync(IReadOnlyList<TransactionStep> steps, TransactionOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(steps);
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
        var transaction = new ImageTransaction();
        await compose(transaction).ConfigureAwait(false);
        return await ExecuteAsync(transaction.Steps, options, cancellationToken).ConfigureAwait(false);
    }

    public Task<RecoveryResult> RecoverAsync(bool waitForLeases = false, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return _recovery.RunAsync(waitForLeases, cancellationToken);
    }

    public async Task<IReadOnlyList<PendingTransaction>> ListAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var pending = new List<PendingTransaction>();
        foreach (var id in await parts.Journal.ListAsync(cancellationToken).ConfigureAwait(false))
        {
            if (await FindAsync(id, cancellationToken).ConfigureAwait(false) is { } found)
            {
                pending.Add(found);
            }
        }

        return pending;
    }

    public async Task<bool> DismissAsync(string id, CancellationToken cancellationToken = default)
    {
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

        await parts.Journal.RemoveAsync(entry, cancellationToken).ConfigureAwait(false);
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        await parts.DisposeAsync().ConfigureAwait(false);
        _recovery.Dispose();
    }

    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    private async Task<PendingTransaction?> FindAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            return await parts.Journal.ReadAsync(id, cancellationToken).ConfigureAwait(false) is { State: not TransactionState.Committed } entry
                ? new PendingTransaction(id, entry.State, entry.StartedAt, entry.Keys, entry.Steps.Length, entry.Reason)
                : null;
        }
        catch (ImageStorageException exception) when (exception is StorageCorruptedException or StorageNotSupportedException)
        {
            return new PendingTransaction(id, TransactionState.Unreadable, null, [], 0, exception.Reason ?? exception.Message);
        }
    }

    private static void Check(TransactionOptions options)
    {
        if (options.Timeout < TimeSpan.FromMilliseconds(10) || options.Timeout > TimeSpan.FromDays(1))
        {
            throw new ImageValidationException(ImageValidationKind.InvalidTransaction, $"TransactionOptions.Timeout is {options.Timeout}; it must be 10 milliseconds to a day.");
        }

        if (options.Retries is < 0 or > 20)
        {
            throw new ImageValidationException(ImageValidationKind.InvalidTransaction, $"TransactionOptions.Retries is {options.Retries}; it must be 0 to 20.");
        }

        if (options.RetryDelay < TimeSpan.Zero || options.RetryDelay > TimeSpan.FromMinutes(1))
        {
            throw new ImageValidationException(ImageValidationKind.InvalidTransaction, $"TransactionOptions.RetryDelay is {options.RetryDelay}; it must be zero to a minute.");
        }

        if (options.MaxConcurrency is < 1 or > 64)
        {
            throw new ImageValidationException(ImageValidationKind.InvalidTransaction, $"TransactionOptions.MaxConcurrency is {options.MaxConcurrency}; it must be 1 to 64.");
        }
    }
}
