namespace ImageStorage.Tests.Models;

/// <summary>The operations of random sequences. Each model uses the operations that its store supports.</summary>
internal enum ModelAct
{
    // Calls on images.
    Save,
    SaveCreateOnly,
    SaveIfMatch,
    SaveLarge,
    SaveLargeOfUnknownLength,
    Update,
    Delete,
    DeleteIfMatch,
    Copy,
    CopyCreateOnly,
    Read,
    Info,
    List,

    // Calls on the history.
    AppendEntry,
    RemoveEntry,
    ListEntries,

    // Outages of the parts: the primary, the first fallback or the mirror, and the last fallback.
    PrimaryDown,
    PrimaryUp,
    SecondDown,
    SecondUp,
    LastDown,
    LastUp,
    DamagePrimary,
    DamageSecond,

    // The process.
    Restart,
    Reconcile,
    Resync,
}
