namespace ImageStorage;

/// <summary>A transaction that is not decided.</summary>
public sealed record PendingTransaction
{
    /// <summary>Gets the id of the transaction.</summary>
    public required string Id { get; init; }

    /// <summary>Gets the state of the transaction.</summary>
    public required TransactionState State { get; init; }

    /// <summary>
    /// Gets the time of the start, by the clock of the process that runs the transaction; null if the journal is
    /// unreadable.
    /// </summary>
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

/// <summary>Specifies the state of a journal. A transaction without a journal is decided.</summary>
public enum TransactionState
{
    /// <summary>The transaction runs, or its process died during the transaction.</summary>
    Active,

    /// <summary>A process rolls back the transaction of another process.</summary>
    Compensating,

    /// <summary>Some step could not be compensated.</summary>
    InDoubt,

    /// <summary>The transaction is committed, and its journal is about to be removed.</summary>
    Committed,

    /// <summary>The journal cannot be read: it is damaged, or was written by a newer version of the library.</summary>
    Unreadable,
}

/// <summary>Selects one page of the transactions that are not decided.</summary>
public sealed record TransactionQuery
{
    internal static TransactionQuery Default { get; } = new();

    /// <summary>Gets the maximum number of transactions of one page, 1 to 1,000. The default is 100.</summary>
    public int Limit { get; init; } = 100;

    /// <summary>
    /// Gets the <see cref="TransactionPage.ContinuationToken"/> of the previous page; null for the first page.
    /// </summary>
    public string? ContinuationToken { get; init; }
}

/// <summary>One page of the transactions that are not decided.</summary>
public sealed record TransactionPage
{
    /// <summary>Gets the transactions, in the order of their start.</summary>
    public required IReadOnlyList<PendingTransaction> Items { get; init; }

    /// <summary>
    /// Gets the token for the <see cref="TransactionQuery.ContinuationToken"/> of the next page; null on the last page.
    /// </summary>
    public string? ContinuationToken { get; init; }

    /// <summary>Returns the members as text.</summary>
    public override string ToString() => RecordText.Of(
        nameof(TransactionPage),
        (nameof(Items), Items.Select(transaction => transaction.Id)),
        (nameof(ContinuationToken), ContinuationToken));
}

/// <summary>The result of a recovery of transactions.</summary>
public sealed record RecoveryResult
{
    /// <summary>Gets the number of transactions that were rolled back.</summary>
    public required int RolledBack { get; init; }

    /// <summary>Gets the number of transactions whose compensation failed. They remain in doubt.</summary>
    public required int InDoubt { get; init; }

    /// <summary>Gets the number of transactions that belong to a process that may be alive.</summary>
    public required int Active { get; init; }

    /// <summary>Gets the number of journals that are unreadable.</summary>
    public required int Unreadable { get; init; }

    /// <summary>
    /// Gets the number of retained versions that no transaction needed any more and that were deleted.
    /// </summary>
    public required int Dropped { get; init; }
}
