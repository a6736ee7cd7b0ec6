namespace ImageStorage.Transactions;

/// <summary>
/// Compensates steps by the journal alone, so that every process can. Each compensation may be repeated: an image in
/// the version before the transaction is made durable in this version, an image in the planned version is restored, and
/// an image in any other version stays, because a write outside of the transaction has replaced it.
/// </summary>
internal sealed class StepCompensator(TransactionComponents components)
{
    // Each round means that another write has replaced the image in between.
    private const int MaxRounds = 16;

    /// <summary>Compensates a step, with retries.</summary>
    /// <param name="transaction">The id of the transaction.</param>
    /// <param name="step">The step.</param>
    /// <param name="custom">
    /// The compensation of a custom step; <see langword="null"/> if this process does not have the code.
    /// </param>
    /// <param name="options">The number and delay of the retries.</param>
    /// <param name="cancellationToken">Ends the attempts; the step is then in doubt.</param>
    public async Task<StepCompensation> CompensateAsync(string transaction, JournalStep step, Func<CancellationToken, Task>? custom, TransactionOptions options, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                cancellationToken.ThrowIfCancellationRequested();
                return new StepCompensation(step, await CompensateOnceAsync(transaction, step, custom, cancellationToken).ConfigureAwait(false));
            }
            catch (Exception exception)
            {
                // The boundary to the application's compensations: an exception leaves its step in doubt, and must not
                // stop the others.
                if (attempt >= options.Retries || cancellationToken.IsCancellationRequested || !await TryWaitAsync(options.RetryDelay, attempt, cancellationToken).ConfigureAwait(false))
                {
                    return new StepCompensation(step, TransactionStepStatus.InDoubt, exception);
                }
            }
        }
    }

    /// <summary>
    /// Waits before a retry; the delay doubles with each attempt. Returns <see langword="false"/> if the token ended
    /// the wait.
    /// </summary>
    public async Task<bool> TryWaitAsync(TimeSpan delay, int attempt, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(delay * (1 << attempt), components.Clock, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task<TransactionStepStatus> CompensateOnceAsync(string transaction, JournalStep step, Func<CancellationToken, Task>? custom, CancellationToken cancellationToken)
    {
        switch (step.Kind)
        {
            case JournalStepKind.Append:
                return await components.Documents.DeleteAsync(step.Name!, null, cancellationToken).ConfigureAwait(false) ? TransactionStepStatus.Compensated : TransactionStepStatus.NotDone;
            case JournalStepKind.Action:
                await (components.Actions.TryGetValue(step.Name!, out var action) ? action.CompensateAsync(step.Argument ?? string.Empty, cancellationToken)
                    : throw new StorageNotSupportedException($"The action '{step.Name}' that compensates a step of transaction {transaction} is not registered in this process. Register it with AddTransactionAction<T>(), or call RecoverAsync in a process that has registered it.")).ConfigureAwait(false);
                return TransactionStepStatus.Compensated;
            case JournalStepKind.Custom:
                await (custom?.Invoke(cancellationToken)
                    ?? throw new StorageNotSupportedException($"A custom step of transaction {transaction} may have started, and the code of its compensation ended with its process. Compensate the step by hand, then dismiss the transaction. Use a registered action to avoid this.")).ConfigureAwait(false);
                return TransactionStepStatus.Compensated;
            default:
                return await CompensateImageAsync(transaction, step, step.Key!.Value, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<TransactionStepStatus> CompensateImageAsync(string transaction, JournalStep step, ImageKey key, CancellationToken cancellationToken)
    {
        for (var round = 1; ; round++)
        {
            var current = (await components.ReadAsync(key, cancellationToken).ConfigureAwait(false))?.ETag;
            if (current != step.Planned && current != step.Before)
            {
                return TransactionStepStatus.Superseded;
            }

            try
            {
                if (current == step.Before)
                {
                    await RepeatAsync(transaction, step, key, cancellationToken).ConfigureAwait(false);
                    return TransactionStepStatus.NotDone;
                }

                if (step.Before is null)
                {
                    await components.Provider.DeleteAsync(key, new DeleteOptions { Precondition = new IfMatch(current!.Value) }, cancellationToken).ConfigureAwait(false);
                    return TransactionStepStatus.Compensated;
                }

                if (await components.Keeper!.RestoreAsync(step.RetainedId(transaction), key, current, cancellationToken).ConfigureAwait(false))
                {
                    return TransactionStepStatus.Compensated;
                }
            }
            catch (ImageConflictException) when (round < MaxRounds)
            {
                // Another write has replaced the image in between: read it again.
                continue;
            }

            // A version is retained before the effect. So a delete without a retained version has not happened: another
            // caller deleted the image.
            return step.Kind == JournalStepKind.Delete
                ? TransactionStepStatus.Superseded
                : throw new StorageCorruptedException($"The version of image '{key}' from before transaction {transaction} is no longer retained in {components.Provider.Name}, so it cannot be restored. Restore the image from a backup, then dismiss the transaction.") { Key = key, Provider = components.Provider.Name };
        }
    }

    /// <summary>
    /// Repeats a compensation whose effect is visible, because an earlier attempt may have failed at the flush, or its
    /// process may have ended before the flush: then a power cut could bring the planned version back after the rollback
    /// was acknowledged. Without a retained version the step has had no effect.
    /// </summary>
    private async Task RepeatAsync(string transaction, JournalStep step, ImageKey key, CancellationToken cancellationToken)
    {
        try
        {
            if (step.Before is not null)
            {
                await (components.Keeper?.RestoreAsync(step.RetainedId(transaction), key, step.Before, cancellationToken) ?? Task.FromResult(false)).ConfigureAwait(false);
            }
            else if (step.Planned is { } planned)
            {
                await components.Provider.DeleteAsync(key, new DeleteOptions { Precondition = new IfMatch(planned) }, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (ImageConflictException conflict) when (step.Before is null && conflict.CurrentETag is null)
        {
            // The image is missing, as before the transaction, and the provider has made that durable.
        }
        catch (Exception exception) when (exception is not (ImageStorageException or OperationCanceledException))
        {
            // A layer of the application has thrown, as it may at every attempt: providers report each failure as an
            // ImageStorageException. The effect is visible.
            Log.LayerFailedAfterCompensation(components.Logger, exception);
        }
    }
}
