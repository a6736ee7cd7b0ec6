using Polly;

namespace ImageStorage.Resilience;

/// <summary>How the attempts of one kind of call are made.</summary>
/// <param name="Breaker">Refuses attempts while too many fail.</param>
/// <param name="Limit">The time of one attempt; null where the attempt keeps its time itself.</param>
/// <param name="Whole">The time of the call with all its attempts.</param>
internal sealed record AttemptKind(ResiliencePipeline Breaker, AttemptLimit? Limit, TimeSpan Whole);
