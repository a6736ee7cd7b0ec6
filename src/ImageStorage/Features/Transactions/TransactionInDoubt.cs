namespace ImageStorage;

/// <summary>
/// Something of a transaction could not be undone, or its journal cannot be read. It stays in the journal, and is tried again; see <see cref="IImageTransactions.ListAsync"/>.
/// Each process tells of a transaction once, and anew when the reason is another one.
/// </summary>
/// <param name="Id">The transaction.</param>
/// <param name="Reason">What could not be undone, and why.</param>
public sealed record TransactionInDoubt(string Id, string Reason) : StorageEvent;
