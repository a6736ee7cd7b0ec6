namespace ImageStorage;

/// <summary>The result of a transaction that was committed.</summary>
public sealed record TransactionResult
{
    /// <summary>Gets the id of the transaction in journals and logs.</summary>
    public required string Id { get; init; }

    /// <summary>Gets the result of each step, in the order of the steps.</summary>
    public required IReadOnlyList<TransactionStepResult> Steps { get; init; }

    /// <summary>Returns the members as text.</summary>
    public override string ToString() => RecordText.Of(nameof(TransactionResult), (nameof(Id), Id), (nameof(Steps), Steps));
}

/// <summary>The result of one step of a transaction.</summary>
public sealed record TransactionStepResult
{
    /// <summary>Gets the step.</summary>
    public required TransactionStep Step { get; init; }

    /// <summary>Gets the status of the step.</summary>
    public required TransactionStepStatus Status { get; init; }

    /// <summary>Gets the record as stored, for a save, an update, a copy or a move that was executed.</summary>
    public ImageInfo? Info { get; init; }

    /// <summary>Gets a value that indicates whether the image existed, for a delete that was executed.</summary>
    public bool Deleted { get; init; }

    /// <summary>Gets the entry as stored, for an append that was executed.</summary>
    public HistoryEntry? Entry { get; init; }

    /// <summary>Gets the reason why the step, or its compensation, failed.</summary>
    public Exception? Error { get; init; }
}

/// <summary>Specifies the status of a step of a transaction.</summary>
public enum TransactionStepStatus
{
    /// <summary>The step was not started, was cancelled because another step failed, or had no effect.</summary>
    NotDone,

    /// <summary>The step is done.</summary>
    Done,

    /// <summary>The step is a cause of the failure, and nothing of the step is left.</summary>
    Failed,

    /// <summary>The step was done and compensated.</summary>
    Compensated,

    /// <summary>A write outside of the transaction has replaced the image since, and stays.</summary>
    Superseded,

    /// <summary>The effect of the step is unknown, or the step could not be compensated yet.</summary>
    InDoubt,
}

/// <summary>Specifies what is left of a failed transaction.</summary>
public enum TransactionOutcome
{
    /// <summary>Nothing is left: the store is as before.</summary>
    RolledBack,

    /// <summary>
    /// Some step could not be compensated yet. The journal contains the step, and a recovery tries again.
    /// </summary>
    InDoubt,

    /// <summary>
    /// Either everything was committed or nothing, but the store could not be asked. A recovery rolls back an
    /// uncommitted transaction.
    /// </summary>
    Unknown,
}
