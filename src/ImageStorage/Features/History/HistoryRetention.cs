namespace ImageStorage;

/// <summary>Limits the history. At least one limit is required.</summary>
public sealed record HistoryRetention
{
    /// <summary>Gets the maximum age of an entry; <see langword="null"/> for no limit.</summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>Gets the maximum number of entries; <see langword="null"/> for no limit.</summary>
    public int? MaxCount { get; init; }
}
