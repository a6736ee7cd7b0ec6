namespace ImageStorage;

/// <summary>Appends an entry to the history. It exists exactly when the transaction happened.</summary>
/// <param name="Entry">The entry.</param>
public sealed record AppendStep(HistoryEntry Entry) : TransactionStep;
