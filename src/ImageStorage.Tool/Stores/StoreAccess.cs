namespace ImageStorage.Tool.Stores;

/// <summary>What a command is going to do with a store.</summary>
internal enum StoreAccess
{
    /// <summary>The store must be there: a mistyped name must not look like an empty store.</summary>
    Existing,

    /// <summary>The store is made where there is none.</summary>
    CreateIfMissing,
}
