namespace ImageStorage;

/// <summary>What is left of a transaction that failed.</summary>
public enum TransactionOutcome
{
    /// <summary>Nothing: all is as before.</summary>
    RolledBack,

    /// <summary>Something could not be undone yet. It stands in the journal, and a recovery tries again.</summary>
    InDoubt,

    /// <summary>All or nothing, but which of the two could not be found out. If nothing, a recovery sees to it.</summary>
    Unknown,
}
