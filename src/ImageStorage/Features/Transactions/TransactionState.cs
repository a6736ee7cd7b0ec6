namespace ImageStorage;

/// <summary>Specifies the state of a journal. A transaction without a journal is decided.</summary>
public enum TransactionState
{
    /// <summary>The transaction runs, or its process died during the transaction.</summary>
    Active,

    /// <summary>A process rolls back the transaction of another process.</summary>
    Compensating,

    /// <summary>Some step could not be compensated.</summary>
    InDoubt,

    /// <summary>The transaction is committed, and its journal is about to be removed.</summary>
    Committed,

    /// <summary>The journal cannot be read: it is damaged, or was written by a newer version of the library.</summary>
    Unreadable,
}
