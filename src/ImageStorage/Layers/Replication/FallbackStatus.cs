namespace ImageStorage;

/// <summary>The status of one fallback.</summary>
/// <param name="Name">The name, unique among the providers of the store.</param>
/// <param name="Hints">The number of hints of images and history entries, unreadable ones included; <see langword="null"/> if the fallback is unavailable.</param>
public sealed record FallbackStatus(string Name, int? Hints);
