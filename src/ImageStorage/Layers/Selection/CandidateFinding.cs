namespace ImageStorage.Selection;

/// <summary>The result of the last probe of a candidate.</summary>
/// <param name="Failure">The failure; null if the probe passed.</param>
/// <param name="Since">The time since which the probes have had this result.</param>
internal sealed record CandidateFinding(string? Failure, DateTimeOffset Since);
