namespace ImageStorage.Failover;

/// <summary>The result of a write on a fallback; distinguishes a result of null from no result.</summary>
internal sealed record FallbackResult<T>(T Value);
