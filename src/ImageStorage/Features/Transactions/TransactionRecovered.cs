namespace ImageStorage;

/// <summary>Occurs when a transaction of a dead process, or in doubt, was rolled back.</summary>
/// <param name="Id">The id of the transaction.</param>
public sealed record TransactionRecovered(string Id) : StorageEvent;
