namespace ImageStorage;

/// <summary>Selects one page of the transactions that are not decided.</summary>
public sealed record TransactionQuery
{
    internal static TransactionQuery Default { get; } = new();

    /// <summary>Gets the maximum number of transactions of one page, 1 to 1,000. The default is 100.</summary>
    public int Limit { get; init; } = 100;

    /// <summary>Gets the <see cref="TransactionPage.ContinuationToken"/> of the previous page; null for the first page.</summary>
    public string? ContinuationToken { get; init; }
}
