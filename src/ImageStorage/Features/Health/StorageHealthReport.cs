namespace ImageStorage;

/// <summary>Represents the health of a store and of each of its providers.</summary>
/// <param name="State">The state of the store.</param>
/// <param name="Providers">
/// One entry per provider: the primary first, then the others in the order of their use.
/// </param>
/// <param name="Failover">
/// The state of the failover or of the mirror; <see langword="null"/> without one, or if the state is unknown.
/// </param>
/// <param name="At">The time of the report.</param>
public sealed record StorageHealthReport(StorageHealthState State, IReadOnlyList<ProviderHealth> Providers, FailoverState? Failover, DateTimeOffset At);
