namespace ImageStorage;

/// <summary>Specifies what is left of a failed transaction.</summary>
public enum TransactionOutcome
{
    /// <summary>Nothing is left: the store is as before.</summary>
    RolledBack,

    /// <summary>
    /// Some step could not be compensated yet. The journal contains the step, and a recovery tries again.
    /// </summary>
    InDoubt,

    /// <summary>
    /// Either everything was committed or nothing, but the store could not be asked. A recovery rolls back an
    /// uncommitted transaction.
    /// </summary>
    Unknown,
}
