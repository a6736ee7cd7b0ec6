namespace ImageStorage;

/// <summary>
/// Occurs when a step of a transaction could not be compensated, or its journal cannot be read. The journal remains,
/// and recoveries retry; see <see cref="IImageTransactions.ListAsync"/>. Each process reports a transaction once, and
/// again if the reason changes.
/// </summary>
/// <param name="Id">The id of the transaction.</param>
/// <param name="Reason">Why the steps could not be compensated or the journal cannot be read.</param>
public sealed record TransactionInDoubt(string Id, string Reason) : StorageEvent;

/// <summary>Occurs when a transaction of a dead process, or in doubt, was rolled back.</summary>
/// <param name="Id">The id of the transaction.</param>
public sealed record TransactionRecovered(string Id) : StorageEvent;
