namespace ImageStorage;

/// <summary>
/// The event that the primary is unavailable. The store continues with a fallback or with its mirror.
/// </summary>
public sealed record FailoverStarted : StorageEvent
{
    /// <summary>Gets the name of the primary.</summary>
    public required string Primary { get; init; }

    /// <summary>Gets the names of the fallbacks, or the name of the mirror.</summary>
    public required string Fallback { get; init; }

    /// <summary>Gets the failure of the primary.</summary>
    public required string Reason { get; init; }
}

/// <summary>The event that the primary answers again, and no hint is left.</summary>
public sealed record FailoverEnded : StorageEvent
{
    /// <summary>Gets the name of the primary.</summary>
    public required string Primary { get; init; }

    /// <summary>Gets the names of the fallbacks, or the name of the mirror.</summary>
    public required string Fallback { get; init; }
}

/// <summary>
/// The event that a hint or a history entry on a fallback cannot be replayed: it cannot be read, its payload is lost,
/// the primary refuses the image, or only a newer version of the library can read it. The hint remains. An image without
/// its payload is unavailable until it is saved or deleted again.
/// </summary>
public sealed record HintUnreadable : StorageEvent
{
    /// <summary>Gets the name of the document.</summary>
    public required string Document { get; init; }

    /// <summary>Gets why the hint cannot be replayed.</summary>
    public required string Reason { get; init; }
}
