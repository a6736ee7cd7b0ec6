using ImageStorage.History;
using ImageStorage.Providers;

namespace ImageStorage.Transactions;

/// <summary>
/// Does the steps of a transaction one by one. A step that fails with a transient failure may have had its effect: what is there is looked at before it
/// is done again.
/// </summary>
internal sealed class StepExecutor(TransactionParts parts, TransactionOptions options)
{
    private const string Changed = "The image was changed.";
    private readonly DateTimeOffset _createdAt = parts.Clock.GetUtcNow();

    /// <summary>Does a step.</summary>
    /// <param name="transaction">The transaction that it belongs to.</param>
    /// <param name="step">The step.</param>
    /// <param name="ensureTrusted">Throws when this process may have been taken for dead.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task ExecuteAsync(string transaction, PlannedStep step, Action ensureTrusted, CancellationToken cancellationToken) => step.Kind switch
    {
        JournalStepKind.Append => AppendAsync(step, cancellationToken),
        JournalStepKind.Action or JournalStepKind.Custom => RunCustomAsync(step, cancellationToken),
        _ => ChangeImageAsync(transaction, step, step.Key!.Value, ensureTrusted, cancellationToken),
    };

    /// <summary>Runs the application's own code.</summary>
    public Task RunCustomAsync(PlannedStep step, CancellationToken cancellationToken) => RepeatAsync(
        () => step.Action is { } action ? action.ExecuteAsync(((ActionStep)step.Step).Argument, cancellationToken) : ((CustomStep)step.Step).Execute(cancellationToken),
        () => Task.FromResult(Look.NotDone),
        cancellationToken);

    /// <summary>Makes a call that does no harm when it is made twice, again after transient failures.</summary>
    public Task RepeatAsync(Func<Task> act, CancellationToken cancellationToken) => RepeatAsync(act, () => Task.FromResult(Look.NotDone), cancellationToken);

    /// <summary>Stores the bytes of a save where nobody sees them.</summary>
    public async Task<IPreparedImage> PrepareAsync(PlannedStep step, CancellationToken cancellationToken)
    {
        IPreparedImage? image = null;
        await RepeatAsync(
            async () => image = await step.Source!.ReadAsync(
                content => parts.Intake.TakeAsync(step.Key!.Value, content, step.Options!, (put, token) => parts.Atomic!.PrepareAsync(put with { NewETag = step.Planned }, token), cancellationToken),
                cancellationToken).ConfigureAwait(false),
            () => Task.FromResult(step.Source!.CanOpen ? Look.NotDone : Look.CannotRepeat),
            cancellationToken).ConfigureAwait(false);
        return image!;
    }

    /// <summary>Writes a new journal.</summary>
    public async Task<JournalEntry> CreateJournalAsync(JournalEntry entry, CancellationToken cancellationToken)
    {
        await RepeatAsync(
            async () => entry = await parts.Journal.CreateAsync(entry, cancellationToken).ConfigureAwait(false),
            async () =>
            {
                // An attempt whose answer was lost may have written it.
                var written = await parts.Journal.ReadAsync(entry.Id, cancellationToken).ConfigureAwait(false);
                entry = written ?? entry;
                return written is null ? Look.NotDone : Look.Done;
            },
            cancellationToken).ConfigureAwait(false);
        return entry;
    }

    private Task AppendAsync(PlannedStep step, CancellationToken cancellationToken)
    {
        var name = HistoryNames.NameOf(step.Entry!.Id!);
        return RepeatAsync(
            () => parts.Documents.PutAsync(name, HistoryCodec.Write(step.Entry), DocumentETag.None, cancellationToken),
            async () => await parts.Documents.GetAsync(name, cancellationToken).ConfigureAwait(false) is null ? Look.NotDone : Look.Done,
            cancellationToken);
    }

    private async Task ChangeImageAsync(string transaction, PlannedStep step, ImageKey key, Action ensureTrusted, CancellationToken cancellationToken)
    {
        if (step.Before is { } before)
        {
            var isKept = false;
            await RepeatAsync(
                async () => isKept = await parts.Keeper!.RetainAsync(step.ToJournal().KeptId(transaction), key, before.ETag, cancellationToken).ConfigureAwait(false),
                () => Task.FromResult(Look.NotDone),
                cancellationToken).ConfigureAwait(false);
            if (!isKept)
            {
                throw ChangedMeanwhile(step, key, await parts.Provider.GetInfoAsync(key, cancellationToken).ConfigureAwait(false));
            }

            ensureTrusted();
        }

        try
        {
            await RepeatAsync(
                () => ChangeOnceAsync(step, key, cancellationToken),
                async () =>
                {
                    var current = await parts.Provider.GetInfoAsync(key, cancellationToken).ConfigureAwait(false);
                    ensureTrusted();
                    if (current?.ETag == step.Planned && (current is not null || step.Before is not null))
                    {
                        (step.Info, step.Deleted) = (current, current is null);
                        return Look.Done;
                    }

                    return current?.ETag != step.Before?.ETag ? throw new ImageConflictException(Changed) : step.Source?.CanOpen == false ? Look.CannotRepeat : Look.NotDone;
                },
                cancellationToken).ConfigureAwait(false);
        }
        catch (ImageConflictException)
        {
            // The provider compared with the version from before the transaction. What is there now shows who has changed the image.
            throw ChangedMeanwhile(step, key, await parts.Provider.GetInfoAsync(key, cancellationToken).ConfigureAwait(false));
        }
    }

    private async Task ChangeOnceAsync(PlannedStep step, ImageKey key, CancellationToken cancellationToken)
    {
        var version = step.Before is { } before ? new IfMatch(before.ETag) : null;
        switch (step.Kind)
        {
            case JournalStepKind.Save:
                var how = step.Options! with { Precondition = version ?? (Precondition)IfNoneMatch.Any };
                step.Info = await step.Source!.ReadAsync(
                    content => parts.Intake.TakeAsync(key, content, how, (put, token) => parts.Provider.PutAsync(put with { NewETag = step.Planned }, token), cancellationToken),
                    cancellationToken).ConfigureAwait(false);
                break;
            case JournalStepKind.Update:
                step.Info = await parts.Provider.UpdateAsync(key, step.Update! with { Precondition = version, NewETag = step.Planned }, cancellationToken).ConfigureAwait(false) ?? throw new ImageConflictException(Changed);
                break;
            case JournalStepKind.Delete when version is null:
                // When it was looked at, another transaction may have deleted it that has been undone since. No other one is at it any more.
                step.Deleted = await parts.Provider.GetInfoAsync(key, cancellationToken).ConfigureAwait(false) is null ? false : throw new ImageConflictException(Changed);
                break;
            default:
                step.Deleted = await parts.Provider.DeleteAsync(key, new DeleteOptions { Precondition = version }, cancellationToken).ConfigureAwait(false);
                break;
        }
    }

    private async Task RepeatAsync(Func<Task> act, Func<Task<Look>> look, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await act().ConfigureAwait(false);
                return;
            }
            catch (StorageUnavailableException exception) when (exception.IsTransient && attempt < options.Retries && !cancellationToken.IsCancellationRequested)
            {
                await Task.Delay(options.RetryDelay * (1 << attempt), parts.Clock, cancellationToken).ConfigureAwait(false);
                switch (await look().ConfigureAwait(false))
                {
                    case Look.Done:
                        return;
                    case Look.CannotRepeat:
                        throw;
                }
            }
        }
    }

    /// <summary>
    /// Says who has changed an image since the look at the beginning. Transactions respect the journal of this one, so another transaction can have changed the image
    /// only between that look and the search for other journals; a write outside of transactions, at any time.
    /// </summary>
    private ImageConflictException ChangedMeanwhile(PlannedStep step, ImageKey key, ImageInfo? current) => MayBeOfTransaction(step.Before, current)
        ? TransactionErrors.ChangedByTransaction(key, parts.Provider.Name, current?.ETag)
        : TransactionErrors.ChangedOutside(key, parts.Provider.Name, current?.ETag);

    /// <summary>
    /// Returns whether another transaction may be the cause: the version there is of a transaction; or there is none, since a delete leaves no name; or the version there
    /// is older than the one that was read, so it was put back by a transaction that was undone. An error in this judgement costs a repetition or a wrong
    /// word in a message: each effect still has its precondition.
    /// </summary>
    private bool MayBeOfTransaction(ImageInfo? before, ImageInfo? current) =>
        current is null || TransactionVersion.TransactionOf(current.ETag) is not null || current.ModifiedAt < (before?.ModifiedAt ?? _createdAt);

    private enum Look
    {
        NotDone,
        Done,
        CannotRepeat,
    }
}
