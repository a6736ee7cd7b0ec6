namespace ImageStorage.Diagnostics;

/// <summary>How a probe ended.</summary>
/// <param name="Failure">Why it failed; null when it passed.</param>
/// <param name="Since">Since when probes of this provider have ended like that.</param>
internal sealed record ProbeResult(string? Failure, DateTimeOffset Since);
