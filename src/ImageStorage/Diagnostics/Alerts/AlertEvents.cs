namespace ImageStorage;

/// <summary>The event that an alert was raised, or that the severity of an active alert has risen.</summary>
public sealed record AlertRaised : StorageEvent
{
    /// <summary>Gets the alert.</summary>
    public required StorageAlert Alert { get; init; }
}

/// <summary>The event that an alert was resolved.</summary>
public sealed record AlertResolved : StorageEvent
{
    /// <summary>Gets the alert, with <see cref="StorageAlert.ResolvedAt"/>.</summary>
    public required StorageAlert Alert { get; init; }
}
