namespace ImageStorage;

/// <summary>A transaction that is not decided.</summary>
public sealed record PendingTransaction
{
    /// <summary>Gets the id of the transaction.</summary>
    public required string Id { get; init; }

    /// <summary>Gets the state of the transaction.</summary>
    public required TransactionState State { get; init; }

    /// <summary>Gets the time of the start, by the clock of the process that runs the transaction; null if the journal is unreadable.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Gets the images that the transaction holds.</summary>
    public required IReadOnlyList<ImageKey> Keys { get; init; }

    /// <summary>Gets the number of steps that a rollback still has to compensate.</summary>
    public required int Steps { get; init; }

    /// <summary>Gets the reason why the transaction is in doubt or unreadable; otherwise null.</summary>
    public string? Reason { get; init; }

    /// <summary>Returns the members as text.</summary>
    public override string ToString() => RecordText.Of(
        nameof(PendingTransaction),
        (nameof(Id), Id), (nameof(State), State), (nameof(StartedAt), StartedAt), (nameof(Keys), Keys),
        (nameof(Steps), Steps), (nameof(Reason), Reason));
}
