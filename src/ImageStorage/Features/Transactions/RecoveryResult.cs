namespace ImageStorage;

/// <summary>Represents the result of a recovery.</summary>
/// <param name="RolledBack">The number of transactions that were rolled back.</param>
/// <param name="InDoubt">The number of transactions that are in doubt.</param>
/// <param name="Waiting">The number of transactions whose owner may be alive.</param>
/// <param name="Unreadable">The number of journals that cannot be read.</param>
/// <param name="Dropped">
/// The number of retained versions that were removed because no transaction needs them any more.
/// </param>
public sealed record RecoveryResult(int RolledBack, int InDoubt, int Waiting, int Unreadable, int Dropped);
