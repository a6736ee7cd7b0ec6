using ImageStorage.Providers;

namespace ImageStorage.Transactions;

/// <summary>
/// Runs one transaction on a provider that cannot commit several images at once (docs/design/transactions.md):
/// <list type="number">
/// <item>Read the images, and write a journal with the plan.</item>
/// <item>Withdraw and start again if another journal names one of the images.</item>
/// <item>Retain each version, then replace it on condition that the image is unchanged.</item>
/// <item>Remove the journal. This is the commit. After a failure compensate the started steps first.</item>
/// </list>
/// </summary>
internal sealed partial class SagaRun(TransactionComponents components, TransactionPlan plan, TransactionOptions options)
{
    private static readonly TimeSpan MinimumDelay = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan MaximumDelay = TimeSpan.FromMilliseconds(500);
    private readonly StepExecutor _executor = new(components, options);

    /// <summary>
    /// Runs the transaction, and starts it again while another transaction holds an image, until
    /// <see cref="TransactionOptions.ContentionTimeout"/> is over.
    /// </summary>
    public async Task<TransactionResult> RunAsync(CancellationToken cancellationToken)
    {
        using var deadline = new TransactionDeadline(options.Timeout, components.Clock, cancellationToken);
        var (delay, remaining) = (MinimumDelay, options.ContentionTimeout);
        while (true)
        {
            try
            {
                return await RunOnceAsync(deadline, cancellationToken).ConfigureAwait(false);
            }
            catch (TransactionFailedException failure) when (failure is { Outcome: TransactionOutcome.RolledBack, InnerException: ImageConflictException { IsContention: true } } && remaining > TimeSpan.Zero && plan.CanRestart)
            {
                // The random part prevents two transactions from meeting again and again.
                var pause = delay * (0.5 + Random.Shared.NextDouble());
                if (!await components.Compensator.TryWaitAsync(pause, 0, deadline.Token).ConfigureAwait(false))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    throw;
                }

                remaining -= pause;
                delay = delay * 2 < MaximumDelay ? delay * 2 : MaximumDelay;
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
                // The boundary to the application's steps and sources: any exception rolls the transaction back.
                throw await RollBackAsync(entry, deadline.Explain(exception), cancellationToken).ConfigureAwait(false);
            }

            switch (await CommitAsync(entry, deadline.Token).ConfigureAwait(false))
            {
                case (false, { } failure):
                    throw await RollBackAsync(entry, deadline.Explain(failure), cancellationToken).ConfigureAwait(false);
                case (null, var failure):
                    throw Unknown(entry, failure);
                default:
                    using (var tidying = new TransactionDeadline(options.Timeout, components.Clock, CancellationToken.None))
                    {
                        await components.DropRetainedAsync(entry, entry.Steps, tidying.Token).ConfigureAwait(false);
                    }

                    return new TransactionResult { Id = entry.Id, Steps = plan.ToResults() };
            }
        }
    }

    /// <summary>
    /// Reads the images and writes the journal. Fails if another transaction holds one of the images.
    /// </summary>
    private async Task<(JournalEntry Entry, IDisposable Registration)> BeginAsync(TransactionDeadline deadline, CancellationToken cancellationToken)
    {
        IDisposable? registration = null;
        JournalEntry? entry = null;
        try
        {
            await components.EnsureNoHintsAsync(plan.Keys, deadline.Token).ConfigureAwait(false);
            await _executor.RetryAsync(() => components.Owner.EnsureAsync(deadline.Token), deadline.Token).ConfigureAwait(false);
            await ReadImagesAsync(deadline.Token).ConfigureAwait(false);
            entry = plan.CreateJournal(JournalEntry.NewId(), components.Owner.Id, components.Clock.GetUtcNow(), plan.Steps);
            registration = components.Journal.Register(entry);
            entry = await _executor.CreateJournalAsync(entry, deadline.Token).ConfigureAwait(false);
            if (await FindOverlapAsync(entry.Id, entry.Keys, deadline.Token).ConfigureAwait(false) is { } other)
            {
                throw TransactionErrors.Held(other, components.Provider.Name);
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
        await _executor.RetryAsync(async () => overlap = await components.Journal.FindOverlapAsync(id, keys, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        return overlap;
    }

    /// <summary>
    /// Removes the journal of a transaction without effects. A journal that cannot be removed is harmless: a recovery
    /// finds nothing to compensate.
    /// </summary>
    private async Task WithdrawAsync(JournalEntry entry)
    {
        using var deadline = new TransactionDeadline(options.Timeout, components.Clock, CancellationToken.None);
        await components.WithdrawAsync(entry.Id, deadline.Token).ConfigureAwait(false);
    }

    /// <summary>
    /// Reads the version of each image before the transaction. The caller's preconditions are evaluated against this
    /// version, and a rollback restores it.
    /// </summary>
    private Task ReadImagesAsync(CancellationToken cancellationToken) => ForEachAsync(plan.Images.Where(step => step.Moved is null), async (step, token) =>
    {
        try
        {
            await ReadImageAsync(step, token).ConfigureAwait(false);
            if (RefusalOf(step) is { } refusal)
            {
                throw await ConfirmRefusalAsync(step, refusal, token).ConfigureAwait(false);
            }
        }
        catch (ImageCorruptedException damage) when (damage.Key == step.Key && step.Kind != JournalStepKind.Update)
        {
            var failure = TransactionErrors.NotRestorable(step, components.Provider.Name, damage);
            step.RecordFailure(failure, token);
            throw failure;
        }
        catch (Exception exception)
        {
            step.RecordFailure(exception, token);
            throw;
        }
    }, cancellationToken);

    private async Task ReadImageAsync(PlannedStep step, CancellationToken cancellationToken)
    {
        await _executor.RetryAsync(async () => step.Before = await components.ReadAsync(step.Key!.Value, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        if (step.SourceKey is { } source)
        {
            await _executor.RetryAsync(async () => step.Original = await components.ReadAsync(source, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        }
    }

    private ImageStorageException? RefusalOf(PlannedStep step) =>
        step.Precondition?.IsSatisfiedBy(step.Before?.ETag) == false ? ProviderErrors.Conflict(step.Key!.Value, components.Provider.Name, step.Before?.ETag)
        : step is { Kind: JournalStepKind.Update, Before: null } ? ProviderErrors.NotFound(step.Key!.Value, components.Provider.Name)
        : step.RefusalOfSource(components.Provider.Name);

    /// <summary>
    /// Returns why a step is refused. A version written by another transaction may still be rolled back, so the refusal
    /// is final only if no transaction holds the image and the image is unchanged.
    /// </summary>
    private async Task<ImageStorageException> ConfirmRefusalAsync(PlannedStep step, ImageStorageException refusal, CancellationToken cancellationToken)
    {
        if (await FindOverlapAsync(null, [.. step.Keys], cancellationToken).ConfigureAwait(false) is { } other)
        {
            return TransactionErrors.Held(other, components.Provider.Name);
        }

        var (before, original) = (step.Before, step.Original);
        await ReadImageAsync(step, cancellationToken).ConfigureAwait(false);
        return step.Before?.ETag != before?.ETag ? TransactionErrors.ChangedByTransaction(step.Key!.Value, components.Provider.Name, step.Before?.ETag)
            : step.Original?.ETag != original?.ETag ? TransactionErrors.ChangedByTransaction(step.SourceKey!.Value, components.Provider.Name, step.Original?.ETag)
            : refusal;
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

    /// <summary>
    /// Executes steps concurrently. A move is executed in order: the copy first, so that a reader always finds the image
    /// under one of its keys.
    /// </summary>
    private Task ExecuteAsync(JournalEntry entry, List<PlannedStep> steps, CancellationToken cancellationToken) => ForEachAsync(steps.GroupBy(step => step.Position), async (parts, token) =>
    {
        foreach (var step in parts)
        {
            await ExecuteAsync(entry, step, token).ConfigureAwait(false);
        }
    }, cancellationToken);

    private async Task ExecuteAsync(JournalEntry entry, PlannedStep step, CancellationToken cancellationToken)
    {
        EnsureTrusted(entry);
        cancellationToken.ThrowIfCancellationRequested();
        step.HasStarted = true;
        try
        {
            await _executor.ExecuteAsync(entry.Id, step, () => EnsureTrusted(entry), cancellationToken).ConfigureAwait(false);
            step.Status = TransactionStepStatus.Done;
        }
        catch (Exception exception)
        {
            step.RecordFailure(exception, cancellationToken);
            throw;
        }
    }

    private async Task ForEachAsync<T>(IEnumerable<T> steps, Func<T, CancellationToken, Task> operation, CancellationToken cancellationToken)
    {
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.MaxConcurrency, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(steps, parallel, async (step, token) => await operation(step, token).ConfigureAwait(false)).ConfigureAwait(false);
    }

    private void EnsureTrusted(JournalEntry entry)
    {
        if (!components.Owner.IsTrusted(entry.Owner))
        {
            throw new StorageUnavailableException($"This process has not renewed its lease for transaction {entry.Id} in {components.Provider.Name} in time, so another process may have declared it dead. Repeat the transaction; raise ImageTransactionsOptions.LeaseDuration if this happens again.") { Provider = components.Provider.Name };
        }
    }
}
