namespace ImageStorage.Tests.Models;

/// <summary>What can happen in a random sequence; each model takes those that its store has.</summary>
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
    Read,
    Info,
    List,

    // Calls on the history.
    AppendEntry,
    RemoveEntry,
    ListEntries,

    // What becomes of the sides: the primary, the first fallback or the mirror, and the last fallback.
    PrimaryDown,
    PrimaryUp,
    SecondDown,
    SecondUp,
    LastDown,
    LastUp,
    DamagePrimary,
    DamageSecond,

    // What the process does.
    Restart,
    Reconcile,
    Resync,
}
