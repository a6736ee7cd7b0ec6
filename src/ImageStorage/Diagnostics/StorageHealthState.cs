namespace ImageStorage;

/// <summary>How a store stands as a whole.</summary>
public enum StorageHealthState
{
    /// <summary>All that the store is made of can be used, and nothing waits to be brought from one provider to another.</summary>
    Healthy,

    /// <summary>The store works, but not with all that it is made of: somebody should look at it.</summary>
    Degraded,

    /// <summary>The store cannot be used.</summary>
    Unavailable,
}
