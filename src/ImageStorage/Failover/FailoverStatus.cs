namespace ImageStorage.Failover;

/// <summary>How a store with a fallback stands.</summary>
/// <param name="State">Healthy, open or draining.</param>
/// <param name="Primary">The name of the primary.</param>
/// <param name="Fallback">The name of the fallback.</param>
/// <param name="Waiting">How many images wait on the fallback, unreadable notes included.</param>
public sealed record FailoverStatus(FailoverState State, string Primary, string Fallback, int Waiting);
