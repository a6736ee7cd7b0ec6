namespace ImageStorage.Tests.Mirroring;

internal enum MirrorAct
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
    MirrorDown,
    MirrorUp,
    Restart,
    Reconcile,
    Resync,
    DamagePrimary,
    DamageMirror,
}
