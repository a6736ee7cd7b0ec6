namespace ImageStorage;

/// <summary>One page of the transactions that are not decided.</summary>
public sealed record TransactionPage
{
    /// <summary>Gets the transactions, in the order of their start.</summary>
    public required IReadOnlyList<PendingTransaction> Items { get; init; }

    /// <summary>Gets the token for the <see cref="TransactionQuery.ContinuationToken"/> of the next page; null on the last page.</summary>
    public string? ContinuationToken { get; init; }

    /// <summary>Returns the members as text.</summary>
    public override string ToString() => RecordText.Of(
        nameof(TransactionPage),
        (nameof(Items), Items.Select(transaction => transaction.Id)),
        (nameof(ContinuationToken), ContinuationToken));
}
