namespace ImageStorage;

/// <summary>The primary could not be used, and the store goes on with its fallback.</summary>
/// <param name="Primary">The provider that failed.</param>
/// <param name="Fallback">The provider that takes over.</param>
/// <param name="Reason">What failed.</param>
public sealed record FailoverStarted(string Primary, string Fallback, string Reason) : StorageEvent;
