namespace ImageStorage.Transactions;

/// <summary>Represents another transaction that holds an image.</summary>
/// <param name="Transaction">The id of the transaction.</param>
/// <param name="Key">The image.</param>
/// <param name="IsLocal"><see langword="true"/> if this process works on the transaction.</param>
/// <param name="State">The state of the transaction.</param>
internal sealed record JournalOverlap(string Transaction, ImageKey Key, bool IsLocal, TransactionState State);
