namespace ImageStorage;

/// <summary>Many images wait on the fallback for the primary; at the limit, further ones are refused as unavailable.</summary>
/// <param name="Count">How many wait.</param>
/// <param name="Limit">How many may wait (<see cref="FailoverOptions.MaxBacklog"/>).</param>
public sealed record BacklogReached(int Count, int Limit) : StorageEvent;
