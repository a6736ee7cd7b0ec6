using ImageStorage.Providers;

namespace ImageStorage.Diagnostics;

/// <summary>Defines the ability of a resilience layer to return the state of its circuit breaker without a call.</summary>
[TransparentAbility]
internal interface IBreakerSource
{
    /// <summary>Gets the state of the circuit breaker.</summary>
    BreakerState Breaker { get; }
}
