using ImageStorage.Providers;

namespace ImageStorage.Transactions;

/// <summary>Represents a step during its run: the version before, the planned version, and the result.</summary>
internal sealed class PlannedStep
{
    public required int Index { get; init; }

    public required TransactionStep Step { get; init; }

    public required JournalStepKind Kind { get; init; }

    public ImageKey? Key { get; init; }

    /// <summary>Gets the caller's precondition.</summary>
    public Precondition? Precondition { get; init; }

    /// <summary>Gets the options of a save.</summary>
    public SaveOptions? Options { get; init; }

    public PlannedSource? Source { get; init; }

    /// <summary>Gets the validated change of an update.</summary>
    public RecordUpdate? Update { get; init; }

    /// <summary>Gets the entry of an append, with id and time.</summary>
    public HistoryEntry? Entry { get; init; }

    public ITransactionAction? Action { get; init; }

    public ImageInfo? Before { get; set; }

    public ImageETag? Planned { get; set; }

    /// <summary>Gets or sets a value that indicates whether the step may have taken effect.</summary>
    public bool HasStarted { get; set; }

    public TransactionStepStatus Status { get; set; }

    public ImageInfo? Info { get; set; }

    public bool Deleted { get; set; }

    public Exception? Error { get; set; }

    public bool IsImage => Key is not null;

    public JournalStep ToJournal() => new()
    {
        Index = Index,
        Kind = Kind,
        Key = Key,
        Before = Before?.ETag,
        Planned = Planned,
        Name = Entry is not null ? HistoryNames.NameOf(Entry.Id!).Value : Action?.Name,
        Argument = (Step as ActionStep)?.Argument,
    };

    public TransactionStepResult ToResult() => new()
    {
        Step = Step,
        Status = Status,
        Info = Status == TransactionStepStatus.Done ? Info : null,
        Deleted = Status == TransactionStepStatus.Done && Deleted,
        Entry = Status == TransactionStepStatus.Done ? Entry : null,
        Error = Error,
    };
}
