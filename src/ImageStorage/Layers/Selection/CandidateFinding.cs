namespace ImageStorage.Selection;

/// <summary>How the last probe of a candidate ended.</summary>
/// <param name="Failure">Why it failed; null when it passed.</param>
/// <param name="Since">Since when its probes have ended like that.</param>
internal sealed record CandidateFinding(string? Failure, DateTimeOffset Since);
