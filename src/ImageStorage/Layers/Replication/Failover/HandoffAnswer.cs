namespace ImageStorage.Failover;

/// <summary>The answer of a write on the fallback, apart from there being none.</summary>
internal sealed record HandoffAnswer<T>(T Value);
