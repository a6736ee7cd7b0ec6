namespace ImageStorage.Transactions;

/// <summary>
/// Undoes steps, by what the journal says of them alone, so that any process can. Each undoing looks first at what is there and may be done again: an image
/// that is in the version before is left; one in the version that the step wrote is put back; one in any other version was written by somebody else, and stays.
/// </summary>
internal sealed class StepCompensator(TransactionParts parts)
{
    // Each round means that somebody else has written the image in between.
    private const int MostRounds = 16;

    /// <summary>Undoes a step, and tries again as often as the options say.</summary>
    /// <param name="transaction">The transaction that it belongs to.</param>
    /// <param name="step">The step.</param>
    /// <param name="custom">The code that undoes a custom step, where this process has it.</param>
    /// <param name="options">How often to try.</param>
    /// <param name="cancellationToken">Ends the attempts; what was not undone is reported so.</param>
    public async Task<StepUndo> UndoAsync(string transaction, JournalStep step, Func<CancellationToken, Task>? custom, TransactionOptions options, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                cancellationToken.ThrowIfCancellationRequested();
                return new StepUndo(step, await UndoOnceAsync(transaction, step, custom, cancellationToken).ConfigureAwait(false));
            }
            catch (Exception exception)
            {
                // The boundary to the application's compensations: whatever one throws leaves its step in doubt, and must not stop the others.
                if (attempt >= options.Retries || cancellationToken.IsCancellationRequested || !await TryWaitAsync(options.RetryDelay, attempt, cancellationToken).ConfigureAwait(false))
                {
                    return new StepUndo(step, TransactionStepStatus.InDoubt, exception);
                }
            }
        }
    }

    /// <summary>Waits before a repetition, twice as long each time; false when the token ended the wait.</summary>
    public async Task<bool> TryWaitAsync(TimeSpan delay, int attempt, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(delay * (1 << attempt), parts.Clock, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task<TransactionStepStatus> UndoOnceAsync(string transaction, JournalStep step, Func<CancellationToken, Task>? custom, CancellationToken cancellationToken)
    {
        switch (step.Kind)
        {
            case JournalStepKind.Append:
                return await parts.Documents.DeleteAsync(step.Name!, null, cancellationToken).ConfigureAwait(false) ? TransactionStepStatus.Compensated : TransactionStepStatus.NotDone;
            case JournalStepKind.Action:
                await (parts.Actions.TryGetValue(step.Name!, out var action) ? action.CompensateAsync(step.Argument ?? string.Empty, cancellationToken)
                    : throw new StorageNotSupportedException($"The action '{step.Name}' that undoes a step of transaction {transaction} is not registered in this process.")).ConfigureAwait(false);
                return TransactionStepStatus.Compensated;
            case JournalStepKind.Custom:
                await (custom?.Invoke(cancellationToken)
                    ?? throw new StorageNotSupportedException($"A custom step of transaction {transaction} may have begun, and the code that undoes it ended with its process. Undo it by hand, then dismiss the transaction; use a registered action where that matters.")).ConfigureAwait(false);
                return TransactionStepStatus.Compensated;
            default:
                return await UndoImageAsync(transaction, step, step.Key!.Value, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<TransactionStepStatus> UndoImageAsync(string transaction, JournalStep step, ImageKey key, CancellationToken cancellationToken)
    {
        for (var round = 1; ; round++)
        {
            var current = (await parts.Provider.GetInfoAsync(key, cancellationToken).ConfigureAwait(false))?.ETag;
            if (current == step.Before)
            {
                return TransactionStepStatus.NotDone;
            }

            if (current != step.Planned)
            {
                return TransactionStepStatus.Superseded;
            }

            try
            {
                if (step.Before is null)
                {
                    await parts.Provider.DeleteAsync(key, new DeleteOptions { Precondition = new IfMatch(current!.Value) }, cancellationToken).ConfigureAwait(false);
                    return TransactionStepStatus.Compensated;
                }

                if (await parts.Keeper!.RestoreAsync(step.KeptId(transaction), key, current, cancellationToken).ConfigureAwait(false))
                {
                    return TransactionStepStatus.Compensated;
                }
            }
            catch (ImageConflictException) when (round < MostRounds)
            {
                // Somebody else has written it in between: look again.
                continue;
            }

            // A version is kept before a step has its effect. So a delete whose version was not kept has not happened, and somebody else deleted the image.
            return step.Kind == JournalStepKind.Delete
                ? TransactionStepStatus.Superseded
                : throw new StorageCorruptedException($"The version of image '{key}' from before transaction {transaction} is not kept any more, so it cannot be put back.") { Key = key, Provider = parts.Provider.Name };
        }
    }
}
