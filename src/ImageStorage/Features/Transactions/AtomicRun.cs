using System.Collections.Immutable;
using ImageStorage.History;
using ImageStorage.Providers;

namespace ImageStorage.Transactions;

/// <summary>
/// Runs one transaction on a provider that commits several images at once: the payloads are stored where no reader sees
/// them, the application's own steps run, and one commit makes all changes visible. A journal is needed only for the
/// application's own steps.
/// </summary>
internal sealed class AtomicRun(TransactionComponents components, TransactionPlan plan, TransactionOptions options)
{
    private const string DeclaredDead = "this process was declared dead, so another process rolls the transaction back";
    private readonly StepExecutor _executor = new(components, options);
    private readonly List<IPreparedImage> _prepared = [];

    public async Task<TransactionResult> RunAsync(CancellationToken cancellationToken)
    {
        using var deadline = new TransactionDeadline(options.Timeout, components.Clock, cancellationToken);
        var id = JournalEntry.NewId();
        plan.AssignVersions(id);
        JournalEntry? entry = null;
        IDisposable? registration = null;
        bool? happened;
        Exception? failure;
        try
        {
            try
            {
                await components.EnsureNoHintsAsync(plan.Keys, deadline.Token).ConfigureAwait(false);
                var writes = await PrepareAsync(deadline.Token).ConfigureAwait(false);
                if (plan.Customs.Any())
                {
                    await _executor.RetryAsync(() => components.Owner.EnsureAsync(deadline.Token), deadline.Token).ConfigureAwait(false);
                    entry = plan.CreateJournal(id, components.Owner.Id, components.Clock.GetUtcNow(), plan.Customs);
                    registration = components.Journal.Register(entry);
                    entry = await _executor.CreateJournalAsync(entry, deadline.Token).ConfigureAwait(false);
                    await RunCustomsAsync(deadline.Token).ConfigureAwait(false);
                }

                (happened, failure) = await CommitAsync(writes, entry, deadline.Token).ConfigureAwait(false);
            }
            catch (ImageValidationException) when (entry is null)
            {
                throw;
            }
            catch (Exception exception)
            {
                // The boundary to the application's steps and sources: any exception rolls the transaction back.
                plan.RecordRefusal(exception);
                (happened, failure) = (false, exception);
            }

            return happened switch
            {
                true => new TransactionResult { Id = id, Steps = plan.ToResults() },
                null => throw Unknown(id, failure),
                _ => throw await RollBackAsync(id, entry, deadline.Explain(failure!), cancellationToken).ConfigureAwait(false),
            };
        }
        finally
        {
            registration?.Dispose();
            await DropPreparedAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Stores the payloads of all saves and copies, several concurrently, and returns the writes to commit.</summary>
    private async Task<ImmutableArray<AtomicWrite>> PrepareAsync(CancellationToken cancellationToken)
    {
        await DropPreparedAsync().ConfigureAwait(false);
        var puts = new Dictionary<int, AtomicWrite>();
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.MaxConcurrency, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(plan.Images.Where(step => step.Kind is JournalStepKind.Save or JournalStepKind.Copy), parallel, async (step, token) =>
        {
            try
            {
                var image = await _executor.PrepareAsync(step, token).ConfigureAwait(false);
                lock (puts)
                {
                    _prepared.Add(image);
                    puts.Add(step.Index, new AtomicPut(image));
                }
            }
            catch (Exception exception)
            {
                step.RecordFailure(exception, token);
                throw;
            }
        }).ConfigureAwait(false);
        return [.. plan.Steps.Where(step => step.IsImage || step.Kind == JournalStepKind.Append).Select(step => step.Kind switch
        {
            JournalStepKind.Save or JournalStepKind.Copy => puts[step.Index],
            JournalStepKind.Update => new AtomicUpdate(step.Key!.Value, step.Update! with { NewETag = step.Planned }),
            JournalStepKind.Delete => new AtomicDelete(step.Key!.Value, step.Moved is null ? step.Precondition as IfMatch : new IfMatch(step.Before!.ETag)),
            _ => new AtomicDocument(HistoryNames.NameOf(step.Entry!.Id!), HistoryCodec.Write(step.Entry), DocumentETag.None),
        })];
    }

    private async Task DropPreparedAsync()
    {
        foreach (var image in _prepared)
        {
            await image.DisposeAsync().ConfigureAwait(false);
        }

        _prepared.Clear();
    }

    private async Task RunCustomsAsync(CancellationToken cancellationToken)
    {
        foreach (var step in plan.Customs)
        {
            cancellationToken.ThrowIfCancellationRequested();
            step.HasStarted = true;
            try
            {
                await _executor.RunCustomAsync(step, cancellationToken).ConfigureAwait(false);
                step.Status = TransactionStepStatus.Done;
            }
            catch (Exception exception)
            {
                step.RecordFailure(exception, cancellationToken);
                throw;
            }
        }
    }

    /// <summary>
    /// Commits, and retries after a transient failure that certainly had no effect. Returns <see langword="null"/> if
    /// the outcome cannot be found out.
    /// </summary>
    private async Task<(bool? Happened, Exception? Failure)> CommitAsync(ImmutableArray<AtomicWrite> writes, JournalEntry? entry, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            Exception failure;
            try
            {
                cancellationToken.ThrowIfCancellationRequested();
                Complete(await components.Atomic!.CommitAsync(entry is null ? writes : writes.Add(new AtomicDocument(TransactionJournal.NameOf(entry.Id), null, entry.ETag)), cancellationToken).ConfigureAwait(false));
                return (true, null);
            }
            catch (Exception exception) when (exception is not (ImageConflictException or ImageNotFoundException or ImageValidationException) || WriteLayer.IsAfterCommit(exception))
            {
                // The response may be lost, or a layer may have failed after the commit. Only a refusal had no effect.
                failure = exception;
            }

            try
            {
                using var deadline = new TransactionDeadline(options.Timeout, components.Clock, CancellationToken.None);
                if (await HasHappenedAsync(entry, deadline.Token).ConfigureAwait(false))
                {
                    ReportFailureAfterCommit(failure);
                    return (true, null);
                }
            }
            catch (Exception exception) when (exception is ImageStorageException or OperationCanceledException)
            {
                return (null, failure);
            }

            if (failure is not StorageUnavailableException { IsTransient: true } || attempt >= options.Retries || plan.Steps.Any(step => step.Source?.CanOpen == false)
                || !await components.Compensator.TryWaitAsync(options.RetryDelay, attempt, cancellationToken).ConfigureAwait(false))
            {
                return (false, failure);
            }

            // The failure may have discarded the prepared payloads.
            writes = await PrepareAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    // The images are committed, so the transaction has succeeded, whatever a layer of the store throws afterwards.
    private void ReportFailureAfterCommit(Exception failure)
    {
        if (failure is not (StorageUnavailableException or OperationCanceledException))
        {
            Log.LayerFailedAfterCommit(components.Logger, failure.GetType().Name);
            Log.LayerFailedAfterCommitWith(components.Logger, failure);
        }
    }

    /// <summary>Returns whether a commit without a response has taken effect. Each of its writes shows this.</summary>
    private async Task<bool> HasHappenedAsync(JournalEntry? entry, CancellationToken cancellationToken)
    {
        var writes = plan.Steps.Where(step => step.IsImage || step.Kind == JournalStepKind.Append).ToList();
        var infos = new List<ImageInfo?>();
        foreach (var step in writes)
        {
            infos.Add(step.Key is { } key ? await components.ReadAsync(key, cancellationToken).ConfigureAwait(false) : null);
        }

        var telling = writes.FindIndex(step => step.Kind is JournalStepKind.Save or JournalStepKind.Update or JournalStepKind.Copy);
        var happened = entry is not null ? await components.Journal.ReadAsync(entry.Id, cancellationToken).ConfigureAwait(false) is null
            : telling >= 0 ? infos[telling]?.ETag == writes[telling].Planned
            : plan.Appends.FirstOrDefault() is { Entry: { } appended } ? await components.Documents.GetAsync(HistoryNames.NameOf(appended.Id!), cancellationToken).ConfigureAwait(false) is not null
            : infos.TrueForAll(info => info is null);
        if (happened)
        {
            Complete(infos);
        }

        return happened;
    }

    private void Complete(IReadOnlyList<ImageInfo?> infos)
    {
        foreach (var (step, info) in plan.Steps.Where(step => step.IsImage || step.Kind == JournalStepKind.Append).Zip(infos))
        {
            (step.Status, step.Info, step.Deleted) = (TransactionStepStatus.Done, info, step.Kind == JournalStepKind.Delete && info is not null);
        }
    }

    /// <summary>
    /// Compensates the application's own steps, the last first; nothing else has taken effect. Returns the failure to
    /// throw.
    /// </summary>
    private async Task<Exception> RollBackAsync(string id, JournalEntry? entry, Exception cause, CancellationToken cancellationToken)
    {
        var begun = plan.Customs.Where(step => step.HasStarted).Reverse().ToList();
        using var deadline = new TransactionDeadline(options.Timeout, components.Clock, CancellationToken.None);
        if (entry is null)
        {
            return Failed(id, TransactionOutcome.RolledBack, "nothing was changed", cause, cancellationToken);
        }

        if (!components.Owner.IsTrusted(entry.Owner))
        {
            begun.ForEach(step => step.Status = TransactionStepStatus.InDoubt);
            return Failed(id, TransactionOutcome.InDoubt, DeclaredDead, cause, cancellationToken);
        }

        var remaining = new List<StepCompensation>();
        foreach (var step in begun)
        {
            var compensation = await components.Compensator.CompensateAsync(id, step.ToJournal(), (step.Step as CustomStep)?.Compensate, options, deadline.Token).ConfigureAwait(false);
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
            return Failed(id, TransactionOutcome.InDoubt, isOwn ? $"{remaining.Count} of its steps could not be compensated yet: {remaining[0].Error!.Message}" : DeclaredDead, cause, cancellationToken);
        }

        await components.WithdrawAsync(entry.Id, deadline.Token).ConfigureAwait(false);
        return Failed(id, TransactionOutcome.RolledBack, "everything is as before", cause, cancellationToken);
    }

    private Exception Unknown(string id, Exception? cause)
    {
        plan.Steps.ToList().ForEach(step => step.Status = TransactionStepStatus.InDoubt);
        return Failed(id, TransactionOutcome.Unknown, "its outcome could not be found out: read its images", cause, CancellationToken.None);
    }

    private Exception Failed(string id, TransactionOutcome outcome, string state, Exception? cause, CancellationToken cancellationToken) => TransactionErrors.Failed(components.Provider.Name, plan, id, outcome, state, cause, cancellationToken);
}
