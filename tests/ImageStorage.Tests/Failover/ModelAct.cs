namespace ImageStorage.Tests.Failover;

internal enum ModelAct
{
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
    PrimaryDown,
    PrimaryUp,
    FallbackDown,
    FallbackUp,
    LastDown,
    LastUp,
    Restart,
    Reconcile,
}
