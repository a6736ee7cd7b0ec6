using Polly;

namespace ImageStorage.Resilience;

/// <summary>How the attempts of one kind of call are made.</summary>
/// <param name="Breaker">Refuses attempts while too many fail.</param>
/// <param name="Times">The times of the attempts.</param>
/// <param name="Whole">The time of the call with all its attempts.</param>
internal sealed record AttemptKind(ResiliencePipeline Breaker, AttemptTimes Times, TimeSpan Whole);
