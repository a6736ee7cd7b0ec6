namespace ImageStorage.Tests.Failover;

internal enum HistoryAct
{
    Append,
    Remove,
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
