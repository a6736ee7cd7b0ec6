namespace ImageStorage;

/// <summary>Represents the result of one step.</summary>
/// <param name="Step">The step.</param>
/// <param name="Status">The status of the step.</param>
public sealed record TransactionStepResult(TransactionStep Step, TransactionStepStatus Status)
{
    /// <summary>Gets the record as stored, for a completed save or update; otherwise <see langword="null"/>.</summary>
    public ImageInfo? Info { get; init; }

    /// <summary>Gets a value that indicates whether a completed delete has deleted an image.</summary>
    public bool Deleted { get; init; }

    /// <summary>Gets the entry as stored, for a completed append; otherwise <see langword="null"/>.</summary>
    public HistoryEntry? Entry { get; init; }

    /// <summary>
    /// Gets the failure of the step or of its compensation; <see langword="null"/> without a failure.
    /// </summary>
    public Exception? Error { get; init; }
}
