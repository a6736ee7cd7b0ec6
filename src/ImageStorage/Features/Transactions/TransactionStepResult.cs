namespace ImageStorage;

/// <summary>The result of one step of a transaction.</summary>
public sealed record TransactionStepResult
{
    /// <summary>Gets the step.</summary>
    public required TransactionStep Step { get; init; }

    /// <summary>Gets the status of the step.</summary>
    public required TransactionStepStatus Status { get; init; }

    /// <summary>Gets the record as stored, for a save or an update that was executed.</summary>
    public ImageInfo? Info { get; init; }

    /// <summary>Gets a value that indicates whether the image existed, for a delete that was executed.</summary>
    public bool Deleted { get; init; }

    /// <summary>Gets the entry as stored, for an append that was executed.</summary>
    public HistoryEntry? Entry { get; init; }

    /// <summary>Gets the reason why the step, or its compensation, failed.</summary>
    public Exception? Error { get; init; }
}
