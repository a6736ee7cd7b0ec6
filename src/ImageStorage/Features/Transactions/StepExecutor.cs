using ImageStorage.History;
using ImageStorage.Providers;

namespace ImageStorage.Transactions;

/// <summary>
/// Executes the steps of a transaction. A step with a transient failure may have taken effect, so the executor checks
/// the effect before a retry.
/// </summary>
internal sealed class StepExecutor(TransactionComponents components, TransactionOptions options)
{
    private const string Changed = "The image was changed.";
    private readonly DateTimeOffset _createdAt = components.Clock.GetUtcNow();

    /// <summary>Executes a step.</summary>
    /// <param name="transaction">The id of the transaction.</param>
    /// <param name="step">The step.</param>
    /// <param name="ensureTrusted">Throws if another process may have declared this process dead.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task ExecuteAsync(string transaction, PlannedStep step, Action ensureTrusted, CancellationToken cancellationToken) => step.Kind switch
    {
        JournalStepKind.Append => AppendAsync(step, cancellationToken),
        JournalStepKind.Action or JournalStepKind.Custom => RunCustomAsync(step, cancellationToken),
        _ => ChangeImageAsync(transaction, step, step.Key!.Value, ensureTrusted, cancellationToken),
    };

    /// <summary>Runs the application's own code.</summary>
    public Task RunCustomAsync(PlannedStep step, CancellationToken cancellationToken) => RetryAsync(
        () => step.Action is { } action ? action.ExecuteAsync(((ActionStep)step.Step).Argument, cancellationToken) : ((CustomStep)step.Step).Execute(cancellationToken),
        () => Task.FromResult(Effect.NotDone),
        cancellationToken);

    /// <summary>Makes an idempotent call, with retries after transient failures.</summary>
    public Task RetryAsync(Func<Task> operation, CancellationToken cancellationToken) => RetryAsync(operation, () => Task.FromResult(Effect.NotDone), cancellationToken);

    /// <summary>Stores the payload of a save or a copy where no reader sees it.</summary>
    public async Task<IPreparedImage> PrepareAsync(PlannedStep step, CancellationToken cancellationToken)
    {
        IPreparedImage? image = null;
        if (step.Kind == JournalStepKind.Copy)
        {
            await RetryAsync(async () => image = await PrepareCopyAsync(step, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
            return image!;
        }

        await RetryAsync(
            async () => image = await step.Source!.ReadAsync(
                content => components.Intake.TakeAsync(step.Key!.Value, content, step.Options!, (put, token) => components.Atomic!.PrepareAsync(put with { NewETag = step.Planned }, token), cancellationToken),
                cancellationToken).ConfigureAwait(false),
            () => Task.FromResult(step.Source!.CanOpen ? Effect.NotDone : Effect.CannotRetry),
            cancellationToken).ConfigureAwait(false);
        return image!;
    }

    private async Task<IPreparedImage> PrepareCopyAsync(PlannedStep step, CancellationToken cancellationToken)
    {
        step.Original = await components.ReadAsync(step.SourceKey!.Value, cancellationToken).ConfigureAwait(false);
        return step.RefusalOfSource(components.Provider.Name) is { } refusal
            ? throw refusal
            : await ImageCopies.ReadAsync(components.Provider, step.ToCopy(step.Precondition), (put, _, token) => components.Atomic!.PrepareAsync(put, token), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes a new journal.</summary>
    public async Task<JournalEntry> CreateJournalAsync(JournalEntry entry, CancellationToken cancellationToken)
    {
        await RetryAsync(
            async () => entry = await components.Journal.CreateAsync(entry, cancellationToken).ConfigureAwait(false),
            async () =>
            {
                // An attempt whose response was lost may have written the journal.
                var written = await components.Journal.ReadAsync(entry.Id, cancellationToken).ConfigureAwait(false);
                entry = written ?? entry;
                return written is null ? Effect.NotDone : Effect.Done;
            },
            cancellationToken).ConfigureAwait(false);
        return entry;
    }

    private Task AppendAsync(PlannedStep step, CancellationToken cancellationToken)
    {
        var name = HistoryNames.NameOf(step.Entry!.Id!);
        return RetryAsync(
            () => components.Documents.PutAsync(name, HistoryCodec.Write(step.Entry), DocumentETag.None, cancellationToken),
            async () => await components.Documents.GetAsync(name, cancellationToken).ConfigureAwait(false) is null ? Effect.NotDone : Effect.Done,
            cancellationToken);
    }

    private async Task ChangeImageAsync(string transaction, PlannedStep step, ImageKey key, Action ensureTrusted, CancellationToken cancellationToken)
    {
        if (step.Before is { } before)
        {
            var isRetained = false;
            await RetryAsync(
                async () => isRetained = await components.Keeper!.RetainAsync(step.ToJournal().RetainedId(transaction), key, before.ETag, cancellationToken).ConfigureAwait(false),
                () => Task.FromResult(Effect.NotDone),
                cancellationToken).ConfigureAwait(false);
            if (!isRetained)
            {
                throw await ExplainConflictAsync(key, step.Before, cancellationToken).ConfigureAwait(false);
            }

            ensureTrusted();
        }

        try
        {
            await RetryAsync(
                () => ChangeOnceAsync(step, key, cancellationToken),
                async () =>
                {
                    var current = await components.ReadAsync(key, cancellationToken).ConfigureAwait(false);
                    ensureTrusted();
                    if (current?.ETag == step.Planned && (current is not null || step.Before is not null))
                    {
                        return await RepeatAsync(transaction, step, key, current, cancellationToken).ConfigureAwait(false);
                    }

                    return current?.ETag != step.Before?.ETag ? throw new ImageConflictException(Changed) : step.Source?.CanOpen == false ? Effect.CannotRetry : Effect.NotDone;
                },
                cancellationToken).ConfigureAwait(false);
        }
        catch (ImageConflictException conflict)
        {
            // The provider compared with the version from before the transaction. The current version shows the cause
            // of the change.
            throw await (conflict.Key is { } source && source == step.SourceKey
                ? ExplainConflictAsync(source, step.Original, cancellationToken)
                : ExplainConflictAsync(key, step.Before, cancellationToken)).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Makes an effect durable that is visible after a failure. A flush may have failed: then a power cut could take the
    /// effect back after the transaction was acknowledged, and with the effect the only copy of a moved image.
    /// </summary>
    private async Task<Effect> RepeatAsync(string transaction, PlannedStep step, ImageKey key, ImageInfo? current, CancellationToken cancellationToken)
    {
        if (current is null)
        {
            // A missing image cannot be deleted again.
            return await components.Keeper!.RestoreAsync(step.ToJournal().RetainedId(transaction), key, null, cancellationToken).ConfigureAwait(false) ? Effect.NotDone : throw new ImageConflictException(Changed);
        }

        var same = new RecordUpdate { Precondition = new IfMatch(current.ETag), NewETag = current.ETag, ModifiedAt = current.ModifiedAt };
        step.Info = await components.Provider.UpdateAsync(key, same, cancellationToken).ConfigureAwait(false) ?? throw new ImageConflictException(Changed);
        return Effect.Done;
    }

    private async Task ChangeOnceAsync(PlannedStep step, ImageKey key, CancellationToken cancellationToken)
    {
        var version = step.Before is { } before ? new IfMatch(before.ETag) : null;
        switch (step.Kind)
        {
            case JournalStepKind.Save:
                var how = step.Options! with { Precondition = version ?? (Precondition)IfNoneMatch.Any };
                step.Info = await step.Source!.ReadAsync(
                    content => components.Intake.TakeAsync(key, content, how, (put, token) => components.Provider.PutAsync(put with { NewETag = step.Planned }, token), cancellationToken),
                    cancellationToken).ConfigureAwait(false);
                break;
            case JournalStepKind.Copy:
                step.Info = await components.Provider.CopyAsync(step.ToCopy(version ?? (Precondition)IfNoneMatch.Any), cancellationToken).ConfigureAwait(false);
                break;
            case JournalStepKind.Update:
                step.Info = await components.Provider.UpdateAsync(key, step.Update! with { Precondition = version, NewETag = step.Planned }, cancellationToken).ConfigureAwait(false) ?? throw new ImageConflictException(Changed);
                break;
            case JournalStepKind.Delete when version is null:
                // At the first read, another transaction may have deleted the image and been rolled back since. No
                // other transaction holds it now.
                step.Deleted = await components.ReadAsync(key, cancellationToken).ConfigureAwait(false) is null ? false : throw new ImageConflictException(Changed);
                break;
            default:
                step.Deleted = await components.Provider.DeleteAsync(key, new DeleteOptions { Precondition = version }, cancellationToken).ConfigureAwait(false);
                break;
        }
    }

    private async Task RetryAsync(Func<Task> operation, Func<Task<Effect>> findEffect, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await operation().ConfigureAwait(false);
                return;
            }
            catch (StorageUnavailableException exception) when (exception.IsTransient && attempt < options.Retries && !cancellationToken.IsCancellationRequested)
            {
                await Task.Delay(options.RetryDelay * (1 << attempt), components.Clock, cancellationToken).ConfigureAwait(false);
                switch (await findEffect().ConfigureAwait(false))
                {
                    case Effect.Done:
                        return;
                    case Effect.CannotRetry:
                        throw;
                }
            }
        }
    }

    /// <summary>
    /// Returns the failure that names the cause of a change since the first read. Other transactions respect the
    /// journal of this one, so another transaction can have changed the image only between that read and the search for
    /// journals; a write outside of transactions, at any time.
    /// </summary>
    private async Task<ImageConflictException> ExplainConflictAsync(ImageKey key, ImageInfo? before, CancellationToken cancellationToken)
    {
        var current = await components.ReadAsync(key, cancellationToken).ConfigureAwait(false);
        return MayBeByTransaction(before, current)
            ? TransactionErrors.ChangedByTransaction(key, components.Provider.Name, current?.ETag)
            : TransactionErrors.ChangedOutside(key, components.Provider.Name, current?.ETag);
    }

    /// <summary>
    /// Returns whether another transaction may be the cause: a transaction wrote the current version; or the image is
    /// gone, because a delete leaves no trace; or the current version is older than the version read first, so a
    /// rollback restored it. A wrong decision costs a retry or a wrong word in a message, because each effect still has
    /// its precondition.
    /// </summary>
    private bool MayBeByTransaction(ImageInfo? before, ImageInfo? current) =>
        current is null || TransactionVersion.TransactionOf(current.ETag) is not null || current.ModifiedAt < (before?.ModifiedAt ?? _createdAt);

    private enum Effect
    {
        NotDone,
        Done,
        CannotRetry,
    }
}
