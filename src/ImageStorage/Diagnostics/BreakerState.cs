namespace ImageStorage;

/// <summary>Specifies the state of the circuit breaker of a provider.</summary>
public enum BreakerState
{
    /// <summary>Calls reach the provider.</summary>
    Closed,

    /// <summary>Too many calls have failed: calls fail at once, without reaching the provider.</summary>
    Open,

    /// <summary>One call tests whether the provider is available again.</summary>
    HalfOpen,
}
