namespace ImageStorage;

/// <summary>Selects entries of the history. An entry must meet all conditions.</summary>
public sealed record HistoryQuery
{
    /// <summary>Gets the maximum number of entries of a page: 1 to 1,000. The default is 100.</summary>
    public int Limit { get; init; } = 100;

    /// <summary>Gets the earliest time, included; <see langword="null"/> for no limit.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Gets the latest time, not included; <see langword="null"/> for no limit.</summary>
    public DateTimeOffset? Before { get; init; }

    /// <summary>Gets the mode of the entries, compared ordinally; <see langword="null"/> for all modes.</summary>
    public string? Mode { get; init; }

    /// <summary>Gets an image that the entries must name; <see langword="null"/> for all entries.</summary>
    public ImageKey? Key { get; init; }

    /// <summary>
    /// Gets the token of the previous page of the same query; <see langword="null"/> for the first page.
    /// </summary>
    public string? ContinuationToken { get; init; }
}

/// <summary>One page of the history.</summary>
public sealed record HistoryPage
{
    /// <summary>Gets the entries, newest first.</summary>
    public required IReadOnlyList<HistoryEntry> Items { get; init; }

    /// <summary>
    /// Gets the token for the <see cref="HistoryQuery.ContinuationToken"/> of the next page; null on the last page.
    /// </summary>
    public string? ContinuationToken { get; init; }

    /// <summary>Returns the members as text.</summary>
    public override string ToString() => RecordText.Of(
        nameof(HistoryPage),
        (nameof(Items), Items.Select(entry => entry.Id)), (nameof(ContinuationToken), ContinuationToken));
}

/// <summary>Limits the history. At least one limit is required.</summary>
public sealed record HistoryRetention
{
    /// <summary>Gets the maximum age of an entry; <see langword="null"/> for no limit.</summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>Gets the maximum number of entries; <see langword="null"/> for no limit.</summary>
    public int? MaxCount { get; init; }
}
