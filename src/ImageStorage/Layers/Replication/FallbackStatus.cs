namespace ImageStorage;

/// <summary>The status of one fallback.</summary>
public sealed record FallbackStatus
{
    /// <summary>Gets the name of the fallback, unique among the providers of the store.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// Gets the number of hints of images and history entries, unreadable ones included; <see langword="null"/> if the fallback is unavailable.
    /// </summary>
    public required int? Hints { get; init; }
}
