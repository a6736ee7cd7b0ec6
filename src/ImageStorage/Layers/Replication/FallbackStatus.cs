namespace ImageStorage;

/// <summary>The status of one fallback of a store.</summary>
public sealed record FallbackStatus
{
    /// <summary>Gets the name of the fallback; unique in the store.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the number of hints and history entries on the fallback, unreadable ones included; null if the fallback cannot be reached.</summary>
    public required int? Waiting { get; init; }
}
