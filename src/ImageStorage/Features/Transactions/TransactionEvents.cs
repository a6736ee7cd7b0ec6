namespace ImageStorage;

/// <summary>
/// The event that a step of a transaction could not be compensated, or that the journal of a transaction cannot be
/// read. The journal remains, and recoveries retry; see <see cref="IImageTransactions.ListAsync"/>. Each process reports
/// a transaction once, and again if the reason changes.
/// </summary>
public sealed record TransactionInDoubt : StorageEvent
{
    /// <summary>Gets the id of the transaction.</summary>
    public required string Id { get; init; }

    /// <summary>Gets why the steps could not be compensated or the journal cannot be read.</summary>
    public required string Reason { get; init; }
}

/// <summary>The event that a transaction of a dead process, or in doubt, was rolled back.</summary>
public sealed record TransactionRecovered : StorageEvent
{
    /// <summary>Gets the id of the transaction.</summary>
    public required string Id { get; init; }
}
