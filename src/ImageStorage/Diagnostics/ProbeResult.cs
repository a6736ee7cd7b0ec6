namespace ImageStorage.Diagnostics;

/// <summary>Represents the result of a probe.</summary>
/// <param name="Failure">Why the probe failed; <see langword="null"/> if the probe passed.</param>
/// <param name="Since">The time of the first probe of this provider with the same result.</param>
internal sealed record ProbeResult(string? Failure, DateTimeOffset Since);
