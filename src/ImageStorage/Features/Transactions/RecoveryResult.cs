namespace ImageStorage;

/// <summary>What a recovery did.</summary>
/// <param name="RolledBack">How many transactions were undone.</param>
/// <param name="InDoubt">How many could not be undone, and stay in doubt.</param>
/// <param name="Waiting">How many belong to a process that may be alive.</param>
/// <param name="Unreadable">How many journals cannot be read here.</param>
/// <param name="Dropped">How many kept versions that nobody needed any more were let go.</param>
public sealed record RecoveryResult(int RolledBack, int InDoubt, int Waiting, int Unreadable, int Dropped);
