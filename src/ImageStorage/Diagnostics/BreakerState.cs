namespace ImageStorage;

/// <summary>The circuit breaker in front of a provider.</summary>
public enum BreakerState
{
    /// <summary>Calls go through.</summary>
    Closed,

    /// <summary>Too many calls have failed: the provider is not asked for a while.</summary>
    Open,

    /// <summary>One call tries whether the provider answers again.</summary>
    HalfOpen,
}
