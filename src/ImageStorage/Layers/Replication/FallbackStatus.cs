namespace ImageStorage;

/// <summary>How one fallback of a store stands.</summary>
/// <param name="Name">Its name; no two providers of a store have the same.</param>
/// <param name="Waiting">How many notes of images and entries of the history wait on it, unreadable ones included; null when it cannot be asked.</param>
public sealed record FallbackStatus(string Name, int? Waiting);
