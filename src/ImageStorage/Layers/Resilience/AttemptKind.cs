using Polly;

namespace ImageStorage.Resilience;

/// <summary>Describes how the attempts of one kind of call are made.</summary>
/// <param name="Breaker">The circuit breaker, which refuses attempts while too many fail.</param>
/// <param name="Timers">The timers of the attempts.</param>
/// <param name="Total">The time limit of the call with all its attempts.</param>
internal sealed record AttemptKind(ResiliencePipeline Breaker, AttemptTimerPool Timers, TimeSpan Total);
