namespace ImageStorage.Transactions;

/// <content>The end of a transaction: commit or rollback.</content>
internal sealed partial class SagaRun
{
    private const string DeclaredDead = "this process was declared dead, so another process rolls the transaction back";

    /// <summary>
    /// Removes the journal. Returns <see langword="true"/> if the removal is durable, <see langword="false"/> and the
    /// reason if the journal certainly remains, and <see langword="null"/> if the outcome cannot be found out.
    /// </summary>
    private async Task<(bool? Committed, Exception? Failure)> CommitAsync(JournalEntry entry, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            Exception failure;
            try
            {
                await components.Journal.RemoveAsync(entry, cancellationToken).ConfigureAwait(false);
                return (true, null);
            }
            catch (Exception exception) when (exception is ImageStorageException or OperationCanceledException)
            {
                failure = exception;
            }

            using var deadline = new TransactionDeadline(options.Timeout, components.Clock, CancellationToken.None);
            JournalEntry? current;
            try
            {
                current = await components.Journal.ReadAsync(entry.Id, deadline.Token).ConfigureAwait(false);
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
                || !await components.Compensator.TryWaitAsync(options.RetryDelay, attempt, cancellationToken).ConfigureAwait(false))
            {
                return (false, failure);
            }
        }
    }

    /// <summary>
    /// Confirms a commit whose removal of the journal was reported as failed: the journal is gone, but might come back
    /// after a power cut. A durable journal with the state committed takes its place. While the lease is trusted, no
    /// other process can have removed the journal.
    /// </summary>
    private async Task<bool> TryConfirmAsync(JournalEntry entry, CancellationToken cancellationToken)
    {
        if (!components.Owner.IsTrusted(entry.Owner))
        {
            return false;
        }

        try
        {
            entry = await components.Journal.CreateAsync(entry with { State = TransactionState.Committed }, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is ImageStorageException or OperationCanceledException)
        {
            Log.TransactionLeftOver(components.Logger, exception);
            return false;
        }

        await WithdrawAsync(entry).ConfigureAwait(false);
        return true;
    }

    /// <summary>Compensates the started steps, the last first. Returns the failure to throw.</summary>
    private async Task<Exception> RollBackAsync(JournalEntry entry, Exception cause, CancellationToken cancellationToken)
    {
        var begun = plan.Steps.Where(step => step.HasStarted).Reverse().ToList();
        if (!components.Owner.IsTrusted(entry.Owner))
        {
            begun.ForEach(step => step.Status = TransactionStepStatus.InDoubt);
            return Failed(entry.Id, TransactionOutcome.InDoubt, DeclaredDead, cause, cancellationToken);
        }

        using var deadline = new TransactionDeadline(options.Timeout, components.Clock, CancellationToken.None);
        var remaining = new List<StepCompensation>();
        foreach (var step in begun)
        {
            var compensation = await components.Compensator.CompensateAsync(entry.Id, step.ToJournal(), (step.Step as CustomStep)?.Compensate, options, deadline.Token).ConfigureAwait(false);
            step.Error = compensation.Error ?? step.Error;
            step.Status = compensation.Status == TransactionStepStatus.InDoubt || step.Status != TransactionStepStatus.Failed ? compensation.Status : step.Status;
            if (compensation.Status == TransactionStepStatus.InDoubt)
            {
                remaining.Add(compensation);
            }
        }

        if (remaining.Count > 0)
        {
            var isOwn = await components.MarkInDoubtAsync(entry, remaining, deadline.Token).ConfigureAwait(false);
            return Failed(entry.Id, TransactionOutcome.InDoubt, isOwn ? $"{remaining.Count} of its steps could not be compensated yet: {remaining[0].Error!.Message}" : DeclaredDead, cause, cancellationToken);
        }

        await WithdrawAsync(entry).ConfigureAwait(false);
        await components.DropRetainedAsync(entry, entry.Steps, deadline.Token).ConfigureAwait(false);
        return Failed(entry.Id, TransactionOutcome.RolledBack, "everything is as before", cause, cancellationToken);
    }

    private Exception NothingDone(string? id, Exception cause, CancellationToken cancellationToken) => Failed(id, TransactionOutcome.RolledBack, "nothing was changed", cause, cancellationToken);

    private Exception Unknown(JournalEntry entry, Exception? cause)
    {
        foreach (var step in plan.Steps)
        {
            step.Status = TransactionStepStatus.InDoubt;
        }

        return Failed(entry.Id, TransactionOutcome.Unknown, "its outcome could not be found out: read its images. A recovery rolls an uncommitted transaction back", cause, CancellationToken.None);
    }

    private Exception Failed(string? id, TransactionOutcome outcome, string state, Exception? cause, CancellationToken cancellationToken) => TransactionErrors.Failed(components.Provider.Name, plan, id, outcome, state, cause, cancellationToken);
}
