namespace ImageStorage;

/// <summary>The primary answers again, and it has all that the fallback had for it.</summary>
/// <param name="Primary">The provider that is used again.</param>
/// <param name="Fallback">The provider that had taken over.</param>
public sealed record FailoverEnded(string Primary, string Fallback) : StorageEvent;
