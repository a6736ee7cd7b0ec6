namespace ImageStorage.Transactions;

/// <summary>
/// One transaction on a provider that cannot commit several images at once: a journal with the plan, then effect after effect, each on the condition that its
/// image is still in the version that the journal names, then the removal of the journal, which is the commit. docs/design/transactions.md has the protocol.
/// </summary>
internal sealed partial class SagaRun(TransactionParts parts, TransactionPlan plan, TransactionOptions options)
{
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(500);
    private readonly StepExecutor _executor = new(parts, options);

    /// <summary>Runs the transaction, and begins it again while another transaction is in the way, until <see cref="TransactionOptions.ContentionTimeout"/> is over.</summary>
    public async Task<TransactionResult> RunAsync(CancellationToken cancellationToken)
    {
        using var deadline = new TransactionDeadline(options.Timeout, parts.Clock, cancellationToken);
        var (wait, left) = (ShortestWait, options.ContentionTimeout);
        while (true)
        {
            try
            {
                return await RunOnceAsync(deadline, cancellationToken).ConfigureAwait(false);
            }
            catch (TransactionFailedException failure) when (failure is { Outcome: TransactionOutcome.RolledBack, InnerException: ImageConflictException { IsContention: true } } && left > TimeSpan.Zero && plan.CanBeginAgain)
            {
                // The random part prevents that two transactions meet again and again.
                var pause = wait * (0.5 + Random.Shared.NextDouble());
                if (!await parts.Compensator.TryWaitAsync(pause, 0, deadline.Token).ConfigureAwait(false))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    throw;
                }

                left -= pause;
                wait = wait * 2 < LongestWait ? wait * 2 : LongestWait;
                plan.Reset();
            }
        }
    }

    private async Task<TransactionResult> RunOnceAsync(TransactionDeadline deadline, CancellationToken cancellationToken)
    {
        var (entry, registration) = await BeginAsync(deadline, cancellationToken).ConfigureAwait(false);
        using (registration)
        {
            try
            {
                await ExecuteAsync(entry, deadline.Token).ConfigureAwait(false);
                deadline.Token.ThrowIfCancellationRequested();
                EnsureTrusted(entry);
            }
            catch (Exception exception)
            {
                // The boundary to the application's steps and sources: whatever one throws, the others are undone.
                throw await RollBackAsync(entry, deadline.Explain(exception), cancellationToken).ConfigureAwait(false);
            }

            switch (await CommitAsync(entry, deadline.Token).ConfigureAwait(false))
            {
                case (false, { } failure):
                    throw await RollBackAsync(entry, deadline.Explain(failure), cancellationToken).ConfigureAwait(false);
                case (null, var failure):
                    throw Unknown(entry, failure);
                default:
                    using (var tidying = new TransactionDeadline(options.Timeout, parts.Clock, CancellationToken.None))
                    {
                        await parts.DropKeptAsync(entry, entry.Steps, tidying.Token).ConfigureAwait(false);
                    }

                    return new TransactionResult(entry.Id, plan.ToResults());
            }
        }
    }

    /// <summary>Looks at the images, and writes the journal; with no other transaction at the same images.</summary>
    private async Task<(JournalEntry Entry, IDisposable Registration)> BeginAsync(TransactionDeadline deadline, CancellationToken cancellationToken)
    {
        IDisposable? registration = null;
        JournalEntry? entry = null;
        try
        {
            await parts.EnsureReplayedAsync(plan.Images.Select(step => step.Key!.Value), deadline.Token).ConfigureAwait(false);
            await _executor.RepeatAsync(() => parts.Owner.EnsureAsync(deadline.Token), deadline.Token).ConfigureAwait(false);
            await LookAsync(deadline.Token).ConfigureAwait(false);
            entry = plan.Begin(JournalEntry.NewId(), parts.Owner.Id, parts.Clock.GetUtcNow(), plan.Steps);
            registration = parts.Journal.Register(entry);
            entry = await _executor.CreateJournalAsync(entry, deadline.Token).ConfigureAwait(false);
            if (await FindOverlapAsync(entry.Id, entry.Keys, deadline.Token).ConfigureAwait(false) is { } other)
            {
                throw TransactionErrors.Held(other, parts.Provider.Name);
            }

            (var begun, registration) = (registration, null);
            return (entry, begun);
        }
        catch (ImageValidationException)
        {
            throw;
        }
        catch (Exception exception) when (exception is ImageStorageException or OperationCanceledException)
        {
            if (entry is not null)
            {
                await WithdrawAsync(entry).ConfigureAwait(false);
            }

            throw NothingDone(entry?.Id, deadline.Explain(exception), cancellationToken);
        }
        finally
        {
            registration?.Dispose();
        }
    }

    private async Task<JournalOverlap?> FindOverlapAsync(string? id, IReadOnlyCollection<ImageKey> keys, CancellationToken cancellationToken)
    {
        JournalOverlap? overlap = null;
        await _executor.RepeatAsync(async () => overlap = await parts.Journal.FindOverlapAsync(id, keys, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        return overlap;
    }

    /// <summary>Takes a journal back. One that cannot be removed is harmless: a recovery finds nothing to undo.</summary>
    private async Task WithdrawAsync(JournalEntry entry)
    {
        using var deadline = new TransactionDeadline(options.Timeout, parts.Clock, CancellationToken.None);
        await parts.WithdrawAsync(entry.Id, deadline.Token).ConfigureAwait(false);
    }

    /// <summary>What is there before: decides whether the callers' preconditions hold, and what an undoing puts back.</summary>
    private Task LookAsync(CancellationToken cancellationToken) => ForEachAsync(plan.Images, async (step, token) =>
    {
        await LookAtAsync(step, token).ConfigureAwait(false);
        if (RefusalOf(step) is { } refusal)
        {
            throw await ConfirmAsync(step, refusal, token).ConfigureAwait(false);
        }
    }, cancellationToken);

    private Task LookAtAsync(PlannedStep step, CancellationToken cancellationToken) =>
        _executor.RepeatAsync(async () => step.Before = await parts.Provider.GetInfoAsync(step.Key!.Value, cancellationToken).ConfigureAwait(false), cancellationToken);

    private ImageStorageException? RefusalOf(PlannedStep step) =>
        step.Precondition?.IsSatisfiedBy(step.Before?.ETag) == false ? ImageConflictException.For(step.Key!.Value, parts.Provider.Name, step.Before?.ETag)
        : step is { Kind: JournalStepKind.Update, Before: null } ? ImageNotFoundException.For(step.Key!.Value, parts.Provider.Name)
        : null;

    /// <summary>
    /// Returns why a step is refused. A version that another transaction has written may still be undone, so the refusal stands only if no transaction holds the image
    /// and the image is still as it was seen.
    /// </summary>
    private async Task<ImageStorageException> ConfirmAsync(PlannedStep step, ImageStorageException refusal, CancellationToken cancellationToken)
    {
        if (await FindOverlapAsync(null, [step.Key!.Value], cancellationToken).ConfigureAwait(false) is { } other)
        {
            return TransactionErrors.Held(other, parts.Provider.Name);
        }

        var seen = step.Before;
        await LookAtAsync(step, cancellationToken).ConfigureAwait(false);
        return step.Before?.ETag == seen?.ETag ? refusal : TransactionErrors.ChangedByTransaction(step.Key!.Value, parts.Provider.Name, step.Before?.ETag);
    }

    private async Task ExecuteAsync(JournalEntry entry, CancellationToken cancellationToken)
    {
        var images = new List<PlannedStep>();
        foreach (var step in plan.Steps.Where(step => step.Kind != JournalStepKind.Append))
        {
            if (step.IsImage)
            {
                images.Add(step);
                continue;
            }

            await ExecuteAsync(entry, images, cancellationToken).ConfigureAwait(false);
            images.Clear();
            await ExecuteAsync(entry, [step], cancellationToken).ConfigureAwait(false);
        }

        await ExecuteAsync(entry, images, cancellationToken).ConfigureAwait(false);
        await ExecuteAsync(entry, [.. plan.Appends], cancellationToken).ConfigureAwait(false);
    }

    private Task ExecuteAsync(JournalEntry entry, List<PlannedStep> steps, CancellationToken cancellationToken) => ForEachAsync(steps, async (step, token) =>
    {
        EnsureTrusted(entry);
        token.ThrowIfCancellationRequested();
        step.HasBegun = true;
        try
        {
            await _executor.ExecuteAsync(entry.Id, step, () => EnsureTrusted(entry), token).ConfigureAwait(false);
            step.Status = TransactionStepStatus.Done;
        }
        catch (Exception exception)
        {
            step.Status = TransactionStepStatus.Failed;
            step.Error = exception;
            throw;
        }
    }, cancellationToken);

    private async Task ForEachAsync(IEnumerable<PlannedStep> steps, Func<PlannedStep, CancellationToken, Task> act, CancellationToken cancellationToken)
    {
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.MaxConcurrency, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(steps, parallel, async (step, token) => await act(step, token).ConfigureAwait(false)).ConfigureAwait(false);
    }

    private void EnsureTrusted(JournalEntry entry)
    {
        if (!parts.Owner.IsTrusted(entry.Owner))
        {
            throw new StorageUnavailableException($"This process was not heard of for so long that others may have taken it for dead, and its transaction {entry.Id} with it (ImageTransactionsOptions.LeaseDuration).") { Provider = parts.Provider.Name };
        }
    }
}
