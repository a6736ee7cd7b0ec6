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

    private static readonly TransactionStepStatus[] MovesByWeight =
        [TransactionStepStatus.InDoubt, TransactionStepStatus.Superseded, TransactionStepStatus.Failed, TransactionStepStatus.Compensated, TransactionStepStatus.NotDone, TransactionStepStatus.Done];

    private TransactionPlan(IReadOnlyList<PlannedStep> steps) => Steps = steps;

    public IReadOnlyList<PlannedStep> Steps { get; }

    public IEnumerable<PlannedStep> Images => Steps.Where(step => step.IsImage);

    /// <summary>Gets the images that the transaction reads or changes.</summary>
    public IEnumerable<ImageKey> Keys => Steps.SelectMany(step => step.Keys).Distinct();

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
            (step.Before, step.Original, step.Planned, step.Info, step.Error) = (null, null, null, null, null);
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

        var (planned, keys) = (new List<PlannedStep>(), new HashSet<ImageKey>());
        for (var position = 0; position < steps.Count; position++)
        {
            List<PlannedStep> added = [.. steps[position] is MoveStep move ? PlanMove(planned.Count, move) : [Plan(planned.Count, position, steps[position], intake, actions, clock)]];
            added.ForEach(step => step.Position = position);
            if (added.SelectMany(step => step.Keys).Distinct().Where(key => !keys.Add(key)).ToList() is [var twice, ..])
            {
                throw new ImageValidationException(ImageValidationKind.InvalidTransaction, $"Image '{twice}' is in two steps of one transaction, or twice in one step. Combine the changes in one step, such as a save with its metadata, or execute one transaction after the other, for example to copy an image twice or to exchange two images.") { Key = twice };
            }

            planned.AddRange(added);
        }

        return new TransactionPlan(planned);
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

    /// <summary>Records which step a commit has refused: the step whose image the refusal names.</summary>
    public void RecordRefusal(Exception exception)
    {
        if (exception is ImageConflictException or ImageNotFoundException or ImageValidationException && ((ImageStorageException)exception).Key is { } key
            && Steps.All(step => step.Status != TransactionStepStatus.Failed) && Steps.FirstOrDefault(step => step.Keys.Contains(key)) is { } refused)
        {
            refused.RecordFailure(exception, CancellationToken.None);
        }
    }

    public ImmutableArray<TransactionStepResult> ToResults() => [.. Steps.GroupBy(step => step.Position).Select(steps => ToResult([.. steps]))];

    /// <summary>Returns the result of a caller's step. A move is done when both of its steps are.</summary>
    private static TransactionStepResult ToResult(List<PlannedStep> steps)
    {
        if (steps is not [var copy, var removal])
        {
            return steps[0].ToResult();
        }

        var status = MovesByWeight.First(status => copy.Status == status || removal.Status == status);
        return copy.ToResult() with { Status = status, Info = status == TransactionStepStatus.Done ? copy.Info : null, Error = copy.Error ?? removal.Error };
    }

    private static IEnumerable<PlannedStep> PlanMove(int index, MoveStep move)
    {
        var copy = PlanCopy(index, move, move.Source, move.Target, move.Options, isMove: true);
        yield return copy;
        yield return new PlannedStep { Index = index + 1, Step = move, Kind = JournalStepKind.Delete, Key = move.Source, Moved = copy };
    }

    private static PlannedStep PlanCopy(int index, TransactionStep step, ImageKey source, ImageKey target, CopyOptions? options, bool isMove)
    {
        CopyErrors.CheckKeys(source, target);
        return new PlannedStep { Index = index, Step = step, Kind = JournalStepKind.Copy, Key = target, SourceKey = source, Precondition = options?.Precondition, SourcePrecondition = options?.SourcePrecondition, IsMove = isMove };
    }

    private static PlannedStep Plan(int index, int position, TransactionStep? step, ImageIntake intake, IReadOnlyDictionary<string, ITransactionAction> actions, TimeProvider clock)
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
            case CopyStep copy:
                return PlanCopy(index, copy, copy.Source, copy.Target, copy.Options, isMove: false);
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
                throw new ArgumentException($"Step {position} of a transaction is null, or one of its values is null.", nameof(step));
        }
    }
}
