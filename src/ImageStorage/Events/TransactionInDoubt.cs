namespace ImageStorage.Events;

/// <summary>Something of a transaction could not be undone. It stands in its journal, and is tried again; see <see cref="Transactions.IImageTransactions.ListAsync"/>.</summary>
/// <param name="Id">The transaction.</param>
/// <param name="Reason">What could not be undone, and why.</param>
public sealed record TransactionInDoubt(string Id, string Reason) : StorageEvent;
