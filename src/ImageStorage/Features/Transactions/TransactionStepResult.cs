namespace ImageStorage;

/// <summary>What became of one step.</summary>
/// <param name="Step">The step.</param>
/// <param name="Status">What became of it.</param>
public sealed record TransactionStepResult(TransactionStep Step, TransactionStepStatus Status)
{
    /// <summary>Of a save or an update that was done: the record as stored.</summary>
    public ImageInfo? Info { get; init; }

    /// <summary>Of a delete that was done: was there an image?</summary>
    public bool Deleted { get; init; }

    /// <summary>Of an append that was done: the entry as stored.</summary>
    public HistoryEntry? Entry { get; init; }

    /// <summary>Why the step failed, or could not be undone.</summary>
    public Exception? Error { get; init; }
}
