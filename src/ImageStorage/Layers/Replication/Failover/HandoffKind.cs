namespace ImageStorage.Failover;

/// <summary>What was done to an image on the fallback.</summary>
internal enum HandoffKind
{
    /// <summary>The fallback holds its newest version.</summary>
    Save,

    /// <summary>It was deleted.</summary>
    Delete,
}
