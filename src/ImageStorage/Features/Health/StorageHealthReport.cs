namespace ImageStorage;

/// <summary>How a store stands: as a whole, and each provider that it is made of.</summary>
/// <param name="State">The store as a whole.</param>
/// <param name="Providers">One entry for each provider, the primary first, then the others in the order of their use.</param>
/// <param name="Failover">The state of the failover; null for a store without a fallback, or when it cannot be told.</param>
/// <param name="At">When it was looked at.</param>
public sealed record StorageHealthReport(StorageHealthState State, IReadOnlyList<ProviderHealth> Providers, FailoverState? Failover, DateTimeOffset At);
