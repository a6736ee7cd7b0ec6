namespace ImageStorage;

/// <summary>The health of a store and of each of its providers.</summary>
public sealed record StorageHealthReport
{
    /// <summary>Gets the health of the store.</summary>
    public required StorageHealthState State { get; init; }

    /// <summary>
    /// Gets one entry for each provider: the primary first, then the others in the order of their use.
    /// </summary>
    public required IReadOnlyList<ProviderHealth> Providers { get; init; }

    /// <summary>
    /// Gets the state of the failover; null for a store without fallbacks and mirror, or if the state is unknown.
    /// </summary>
    public FailoverState? Failover { get; init; }

    /// <summary>
    /// Gets the probable mistakes in the configuration of a store that works, such as another store of the container in the
    /// same location, which do not change <see cref="State"/>; and a requirement of the store that this build does not
    /// know, so that the store is degraded and refuses writes. The default is empty.
    /// </summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>
    /// Gets the active alerts, the newest first; the default is empty. A store with a critical alert is at least
    /// <see cref="StorageHealthState.Degraded"/>.
    /// </summary>
    public IReadOnlyList<StorageAlert> Alerts { get; init; } = [];

    /// <summary>Gets the time of the report.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Returns the members as text.</summary>
    public override string ToString() => RecordText.Of(
        nameof(StorageHealthReport),
        (nameof(State), State), (nameof(Providers), Providers), (nameof(Failover), Failover),
        (nameof(Warnings), Warnings), (nameof(Alerts), Alerts.Select(alert => alert.Id)), (nameof(At), At));
}
