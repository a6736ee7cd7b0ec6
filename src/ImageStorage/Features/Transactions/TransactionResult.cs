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
