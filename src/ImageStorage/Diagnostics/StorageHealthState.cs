namespace ImageStorage;

/// <summary>Specifies the state of a store.</summary>
public enum StorageHealthState
{
    /// <summary>All parts of the store are available, and there are no hints.</summary>
    Healthy,

    /// <summary>The store works, but some part is unavailable or hints are being replayed.</summary>
    Degraded,

    /// <summary>The store is unavailable.</summary>
    Unavailable,
}
