namespace ImageStorage.Tests.Failover;

internal enum ModelAct
{
    Save,
    SaveCreateOnly,
    SaveIfMatch,
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
    Restart,
    Reconcile,
}
