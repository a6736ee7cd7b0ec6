namespace ImageStorage.Transactions;

/// <content>How a transaction ends: by the removal of its journal, or by undoing what it did.</content>
internal sealed partial class SagaRun
{
    private const string TakenOver = "this process was taken for dead, so another one undoes it";

    /// <summary>Removes the journal. Answers true when that is done and durable, false with the reason when it certainly is not, null when nobody can tell.</summary>
    private async Task<(bool? Committed, Exception? Failure)> CommitAsync(JournalEntry entry, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            Exception failure;
            try
            {
                await parts.Journal.RemoveAsync(entry, cancellationToken).ConfigureAwait(false);
                return (true, null);
            }
            catch (Exception exception) when (exception is ImageStorageException or OperationCanceledException)
            {
                failure = exception;
            }

            using var deadline = new TransactionDeadline(options.Timeout, parts.Clock, CancellationToken.None);
            JournalEntry? current;
            try
            {
                current = await parts.Journal.ReadAsync(entry.Id, deadline.Token).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is ImageStorageException or OperationCanceledException)
            {
                return (null, failure);
            }

            if (current is null)
            {
                return await TryConfirmAsync(entry, deadline.Token).ConfigureAwait(false) ? (true, null) : (null, failure);
            }

            var isTransient = failure is ImageStorageException { IsTransient: true };
            if (current.ETag != entry.ETag || !isTransient || attempt >= options.Retries || cancellationToken.IsCancellationRequested
                || !await parts.Compensator.TryWaitAsync(options.RetryDelay, attempt, cancellationToken).ConfigureAwait(false))
            {
                return (false, failure);
            }
        }
    }

    /// <summary>
    /// The journal is gone, but its removal was reported as failed, so it might come back after a power cut. A journal that says that the transaction is
    /// committed takes its place, durably. While the lease is trusted nobody else can have removed it.
    /// </summary>
    private async Task<bool> TryConfirmAsync(JournalEntry entry, CancellationToken cancellationToken)
    {
        if (!parts.Owner.IsTrusted(entry.Owner))
        {
            return false;
        }

        try
        {
            entry = await parts.Journal.CreateAsync(entry with { State = TransactionState.Committed }, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is ImageStorageException or OperationCanceledException)
        {
            Log.TransactionLeftOver(parts.Logger, exception);
            return false;
        }

        await WithdrawAsync(entry).ConfigureAwait(false);
        return true;
    }

    /// <summary>Undoes what was begun, the last first; answers the failure to throw.</summary>
    private async Task<Exception> RollBackAsync(JournalEntry entry, Exception cause, CancellationToken cancellationToken)
    {
        var begun = plan.Steps.Where(step => step.HasBegun).Reverse().ToList();
        if (!parts.Owner.IsTrusted(entry.Owner))
        {
            begun.ForEach(step => step.Status = TransactionStepStatus.InDoubt);
            return Failed(entry.Id, TransactionOutcome.InDoubt, TakenOver, cause, cancellationToken);
        }

        using var deadline = new TransactionDeadline(options.Timeout, parts.Clock, CancellationToken.None);
        var left = new List<StepUndo>();
        foreach (var step in begun)
        {
            var undo = await parts.Compensator.UndoAsync(entry.Id, step.ToJournal(), (step.Step as CustomStep)?.Compensate, options, deadline.Token).ConfigureAwait(false);
            step.Error = undo.Error ?? step.Error;
            step.Status = undo.Status == TransactionStepStatus.InDoubt || step.Status != TransactionStepStatus.Failed ? undo.Status : step.Status;
            if (undo.Status == TransactionStepStatus.InDoubt)
            {
                left.Add(undo);
            }
        }

        if (left.Count > 0)
        {
            var isOwn = await parts.MarkInDoubtAsync(entry, left, deadline.Token).ConfigureAwait(false);
            return Failed(entry.Id, TransactionOutcome.InDoubt, isOwn ? $"{left.Count} of its steps could not be undone yet: {left[0].Error!.Message}" : TakenOver, cause, cancellationToken);
        }

        await WithdrawAsync(entry).ConfigureAwait(false);
        await parts.DropKeptAsync(entry, entry.Steps, deadline.Token).ConfigureAwait(false);
        return Failed(entry.Id, TransactionOutcome.RolledBack, "all is as before", cause, cancellationToken);
    }

    private Exception NothingDone(string? id, Exception cause, CancellationToken cancellationToken) => Failed(id, TransactionOutcome.RolledBack, "nothing was done", cause, cancellationToken);

    private Exception Unknown(JournalEntry entry, Exception? cause)
    {
        foreach (var step in plan.Steps)
        {
            step.Status = TransactionStepStatus.InDoubt;
        }

        return Failed(entry.Id, TransactionOutcome.Unknown, "whether it happened could not be found out: look at its images. If it did not, a recovery undoes what it did", cause, CancellationToken.None);
    }

    private Exception Failed(string? id, TransactionOutcome outcome, string left, Exception? cause, CancellationToken cancellationToken) => TransactionErrors.Failed(parts.Provider.Name, plan, id, outcome, left, cause, cancellationToken);
}
