namespace ImageStorage;

/// <summary>A transaction that a dead process left, or that was in doubt, is undone.</summary>
/// <param name="Id">The transaction.</param>
public sealed record TransactionRecovered(string Id) : StorageEvent;
