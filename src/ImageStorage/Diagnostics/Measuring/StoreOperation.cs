namespace ImageStorage.Diagnostics.Measuring;

/// <summary>Specifies an operation of a store that is measured.</summary>
internal enum StoreOperation
{
    Save,
    Get,
    GetInfo,
    Update,
    Delete,
    List,
    Copy,
    Move,
    Transaction,
    GetUsage,
    Cleanup,
}
