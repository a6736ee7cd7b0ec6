namespace ImageStorage;

/// <summary>Represents the health of one provider of a store, as this process sees it.</summary>
public sealed record ProviderHealth
{
    /// <summary>
    /// Gets the name of the part of the store, which no other entry has (<see cref="StorePart.Name"/>): the name of the
    /// provider, with a number where the name is repeated. With <c>auto</c>, fallbacks or a mirror by configuration, the
    /// name contains the name of the provider in the configuration.
    /// </summary>
    public required string Name { get; init; }

    /// <summary>Gets the role of the provider. The parts of a hybrid follow the entry of the hybrid.</summary>
    public required ProviderRole Role { get; init; }

    /// <summary>
    /// Gets a value that indicates whether the provider passed its probe; <see langword="null"/> if the provider was
    /// not probed.
    /// </summary>
    public required bool? IsReachable { get; init; }

    /// <summary>
    /// Gets why the probe failed, in a message without secrets; <see langword="null"/> without a failure.
    /// </summary>
    public string? Failure { get; init; }

    /// <summary>Gets the state of the circuit breaker; <see langword="null"/> without a resilience layer.</summary>
    public BreakerState? Breaker { get; init; }

    /// <summary>Gets the time since when this process has seen the provider in its current state.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>
    /// Gets the number of hints on the provider; <see langword="null"/> if the provider cannot have hints or the number
    /// is unknown.
    /// </summary>
    public int? Hints { get; init; }

    /// <summary>
    /// Gets the decision of <c>auto</c> about the provider, and its reason; <see langword="null"/> without <c>auto</c>.
    /// </summary>
    public string? Selection { get; init; }
}
