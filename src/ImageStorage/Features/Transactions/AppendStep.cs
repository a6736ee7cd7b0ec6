namespace ImageStorage;

/// <summary>Appends an entry to the history. The entry exists exactly when the transaction is committed.</summary>
/// <param name="Entry">The entry.</param>
public sealed record AppendStep(HistoryEntry Entry) : TransactionStep;
