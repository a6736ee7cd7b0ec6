using ImageStorage.Providers;
using ImageStorage.Store;

namespace ImageStorage.Transactions;

/// <summary>Represents a step during its run: the version before, the planned version, and the result.</summary>
internal sealed class PlannedStep
{
    /// <summary>Gets the number of the step in journals, versions and retained versions. A move has two numbers.</summary>
    public required int Index { get; init; }

    /// <summary>Gets or sets the position of the caller's step.</summary>
    public int Position { get; set; }

    public required TransactionStep Step { get; init; }

    public required JournalStepKind Kind { get; init; }

    public ImageKey? Key { get; init; }

    /// <summary>Gets the source of a copy.</summary>
    public ImageKey? SourceKey { get; init; }

    /// <summary>Gets the caller's precondition on the source of a copy.</summary>
    public Precondition? SourcePrecondition { get; init; }

    /// <summary>Gets a value that indicates whether a copy is the first step of a move.</summary>
    public bool IsMove { get; init; }

    /// <summary>Gets the copy whose source this step deletes; <see langword="null"/> for any other step.</summary>
    public PlannedStep? Moved { get; init; }

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

    /// <summary>
    /// Gets or sets the version before the transaction. A move deletes the version that it has copied.
    /// </summary>
    public ImageInfo? Before { get => Moved is null ? field : Moved.Original; set; }

    /// <summary>Gets or sets the version to copy.</summary>
    public ImageInfo? Original { get; set; }

    public ImageETag? Planned { get; set; }

    /// <summary>Gets or sets a value that indicates whether the step may have taken effect.</summary>
    public bool HasStarted { get; set; }

    public TransactionStepStatus Status { get; set; }

    public ImageInfo? Info { get; set; }

    public bool Deleted { get; set; }

    public Exception? Error { get; set; }

    public bool IsImage => Key is not null;

    /// <summary>Gets the images that the step reads or changes.</summary>
    public IEnumerable<ImageKey> Keys => ((ImageKey?[])[Key, SourceKey]).OfType<ImageKey>();

    /// <summary>Returns why the source of a copy is refused; <see langword="null"/> if it is not.</summary>
    public ImageStorageException? RefusalOfSource(string provider) =>
        SourcePrecondition?.IsSatisfiedBy(Original?.ETag) == false ? ProviderErrors.Conflict(SourceKey!.Value, provider, Original?.ETag)
        : SourceKey is { } source && Original is null ? CopyErrors.NotFound(source, Key!.Value, provider)
        : null;

    /// <summary>Returns the request of a copy.</summary>
    public CopyRequest ToCopy(Precondition? precondition) => new()
    {
        Source = SourceKey!.Value,
        SourceETag = Original!.ETag,
        Target = Key!.Value,
        Precondition = precondition,
        CreatedAt = IsMove ? Original.CreatedAt : null,
        NewETag = Planned,
    };

    public JournalStep ToJournal() => new()
    {
        Index = Index,
        Kind = Kind,
        Key = Key,
        Source = SourceKey,
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
