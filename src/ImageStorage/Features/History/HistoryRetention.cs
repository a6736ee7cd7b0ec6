namespace ImageStorage;

/// <summary>What of the history stays. At least one limit must be given.</summary>
public sealed record HistoryRetention
{
    /// <summary>Entries that are older go.</summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>The newest entries that stay.</summary>
    public int? MaxCount { get; init; }
}
