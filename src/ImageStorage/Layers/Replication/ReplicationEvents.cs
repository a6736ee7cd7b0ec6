namespace ImageStorage;

/// <summary>The primary is unavailable; the store continues with a fallback or its mirror.</summary>
/// <param name="Primary">The name of the primary.</param>
/// <param name="Fallback">The names of the fallbacks, or the name of the mirror.</param>
/// <param name="Reason">The failure of the primary.</param>
public sealed record FailoverStarted(string Primary, string Fallback, string Reason) : StorageEvent;

/// <summary>The primary answers again, and no hint is left.</summary>
/// <param name="Primary">The name of the primary.</param>
/// <param name="Fallback">The names of the fallbacks, or the name of the mirror.</param>
public sealed record FailoverEnded(string Primary, string Fallback) : StorageEvent;

/// <summary>
/// A hint or a history entry on a fallback cannot be read, or its payload is lost, so it cannot be replayed. It
/// remains; an image is unavailable until it is saved or deleted again.
/// </summary>
/// <param name="Document">The name of the document.</param>
/// <param name="Reason">The reason.</param>
public sealed record HintUnreadable(string Document, string Reason) : StorageEvent;
