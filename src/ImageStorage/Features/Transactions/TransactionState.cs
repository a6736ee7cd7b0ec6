namespace ImageStorage;

/// <summary>The states of a journal. A transaction that has no journal any more is decided.</summary>
public enum TransactionState
{
    /// <summary>It runs, or its process died while it ran.</summary>
    Active,

    /// <summary>A process undoes what another one left.</summary>
    Compensating,

    /// <summary>Something could not be undone.</summary>
    InDoubt,

    /// <summary>It has happened; only its journal is still there.</summary>
    Committed,

    /// <summary>The journal cannot be read here: it is damaged, or was written by a newer version of the library.</summary>
    Unreadable,
}
