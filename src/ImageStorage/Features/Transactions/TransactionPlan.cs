using System.Collections.Immutable;
using ImageStorage.History;
using ImageStorage.Providers;
using ImageStorage.Store;

namespace ImageStorage.Transactions;

/// <summary>Represents the validated steps of a transaction, before and during its run.</summary>
internal sealed class TransactionPlan
{
    private const int MaxSteps = 1000;
    private const int MaxArgumentLength = 4096;

    private TransactionPlan(IReadOnlyList<PlannedStep> steps) => Steps = steps;

    public IReadOnlyList<PlannedStep> Steps { get; }

    public IEnumerable<PlannedStep> Images => Steps.Where(step => step.IsImage);

    public IEnumerable<PlannedStep> Appends => Steps.Where(step => step.Kind == JournalStepKind.Append);

    public IEnumerable<PlannedStep> Customs => Steps.Where(step => step.Kind is JournalStepKind.Action or JournalStepKind.Custom);

    /// <summary>
    /// Gets a value that indicates whether the transaction can start again after a rollback: no step of the application
    /// has started, and each source can be read again.
    /// </summary>
    public bool CanRestart => Steps.All(step => step.Source?.CanOpen != false) && !Customs.Any(step => step.HasStarted);

    /// <summary>Discards the state of an attempt.</summary>
    public void Reset()
    {
        foreach (var step in Steps)
        {
            (step.Before, step.Planned, step.Info, step.Error) = (null, null, null, null);
            (step.HasStarted, step.Deleted, step.Status) = (false, false, TransactionStepStatus.NotDone);
        }
    }

    /// <summary>Checks the steps.</summary>
    /// <exception cref="ArgumentException">
    /// There is no step, or there are too many; a step is null, or its action is not registered.
    /// </exception>
    /// <exception cref="ImageValidationException">
    /// A step breaks a rule of keys, metadata or entries, or an image is in two steps.
    /// </exception>
    public static TransactionPlan Create(IReadOnlyList<TransactionStep> steps, ImageIntake intake, IReadOnlyDictionary<string, ITransactionAction> actions, TimeProvider clock)
    {
        if (steps.Count is 0 or > MaxSteps)
        {
            throw new ArgumentException($"A transaction has {steps.Count} steps; it must have 1 to {MaxSteps}.", nameof(steps));
        }

        var planned = steps.Select((step, index) => Plan(index, step, intake, actions, clock)).ToList();
        var keys = new HashSet<ImageKey>();
        return planned.Find(step => step.Key is { } key && !keys.Add(key)) is { Key: { } twice }
            ? throw new ImageValidationException(ImageValidationKind.InvalidTransaction, $"Image '{twice}' is in two steps of one transaction. Combine the changes in one step.") { Key = twice }
            : new TransactionPlan(planned);
    }

    /// <summary>Assigns the planned versions and returns the journal.</summary>
    public JournalEntry CreateJournal(string id, string owner, DateTimeOffset now, IEnumerable<PlannedStep> steps)
    {
        AssignVersions(id);
        var entry = new JournalEntry { Format = JournalEntry.KnownFormat, Id = id, Owner = owner, State = TransactionState.Active, StartedAt = now, Steps = [.. steps.Select(step => step.ToJournal())] };
        return JournalCodec.Write(entry).Length is var length && length <= IDocumentStore.MaxContentLength
            ? entry
            : throw new ImageValidationException(ImageValidationKind.InvalidTransaction, $"The journal of a transaction of {Steps.Count} steps has {length} bytes, more than the allowed {IDocumentStore.MaxContentLength}. Use fewer steps, or shorter keys and arguments.");
    }

    /// <summary>
    /// Assigns planned versions with the transaction's id, so that every process recognizes them after a crash.
    /// </summary>
    public void AssignVersions(string id)
    {
        foreach (var step in Images.Where(step => step.Kind != JournalStepKind.Delete))
        {
            step.Planned = TransactionVersion.Create(id, step.Index);
        }
    }

    public ImmutableArray<TransactionStepResult> ToResults() => [.. Steps.Select(step => step.ToResult())];

    private static PlannedStep Plan(int index, TransactionStep? step, ImageIntake intake, IReadOnlyDictionary<string, ITransactionAction> actions, TimeProvider clock)
    {
        switch (step)
        {
            case SaveStep { Request: { } request }:
                var options = request.Options ?? SaveOptions.Default;
                intake.Check(request.Key, options);
                return new PlannedStep { Index = index, Step = step, Kind = JournalStepKind.Save, Key = request.Key, Precondition = options.Precondition, Options = options, Source = new PlannedSource(request) };
            case UpdateStep { Update: { } update } to:
                return new PlannedStep { Index = index, Step = step, Kind = JournalStepKind.Update, Key = to.Key, Precondition = update.Precondition, Update = intake.Check(to.Key, update) };
            case DeleteStep delete:
                _ = delete.Key.Value;
                return new PlannedStep { Index = index, Step = step, Kind = JournalStepKind.Delete, Key = delete.Key, Precondition = delete.Options?.Precondition };
            case AppendStep { Entry: { } entry }:
                return new PlannedStep { Index = index, Step = step, Kind = JournalStepKind.Append, Entry = HistoryRules.Complete(entry, clock) };
            case ActionStep { Argument.Length: > MaxArgumentLength } action:
                throw new ImageValidationException(ImageValidationKind.InvalidTransaction, $"The argument of the action '{action.Action}' has {action.Argument.Length} characters, more than the allowed {MaxArgumentLength}. Store the data elsewhere, and pass its id.");
            case ActionStep action:
                return actions.TryGetValue(action.Action, out var known)
                    ? new PlannedStep { Index = index, Step = step, Kind = JournalStepKind.Action, Action = known }
                    : throw new ArgumentException($"The action '{action.Action}' of a transaction is not registered. Register it with WithTransactions().AddTransactionAction<T>().", nameof(step));
            case CustomStep { Execute: not null, Compensate: not null }:
                return new PlannedStep { Index = index, Step = step, Kind = JournalStepKind.Custom };
            default:
                throw new ArgumentException($"Step {index} of a transaction is null, or one of its values is null.", nameof(step));
        }
    }
}
