using ImageStorage.Diagnostics;
using ImageStorage.Diagnostics.Measuring;

namespace ImageStorage.Analytics;

/// <summary>A part of a store with the recorder of its calls.</summary>
internal sealed record MeasuredPart(StorePart Part, PartRecorder Recorder)
{
    /// <summary>Gets the state of the circuit breaker; null without a resilience layer.</summary>
    public BreakerState? Breaker => Part.Provider.GetAbility<IBreakerSource>()?.Breaker;
}
