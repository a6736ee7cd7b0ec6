using ImageStorage.Providers;

namespace ImageStorage.Transactions;

/// <summary>A step as it is worked on: what was found before, what is to be written, and what became of it.</summary>
internal sealed class PlannedStep
{
    public required int Index { get; init; }

    public required TransactionStep Step { get; init; }

    public required JournalStepKind Kind { get; init; }

    public ImageKey? Key { get; init; }

    /// <summary>What the caller wants to be true of the image.</summary>
    public Precondition? Precondition { get; init; }

    /// <summary>Of a save.</summary>
    public SaveOptions? Options { get; init; }

    public PlannedSource? Source { get; init; }

    /// <summary>Of an update, checked.</summary>
    public ImageUpdate? Update { get; init; }

    /// <summary>Of an append, complete.</summary>
    public HistoryEntry? Entry { get; init; }

    public ITransactionAction? Action { get; init; }

    public ImageInfo? Before { get; set; }

    public ImageETag? Planned { get; set; }

    /// <summary>May the step have had an effect?</summary>
    public bool HasBegun { get; set; }

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
