namespace ImageStorage;

/// <summary>Which entries of the history to return. Conditions add up.</summary>
public sealed record HistoryQuery
{
    /// <summary>The most entries of one page, 1 to 1,000; 100 unless said otherwise.</summary>
    public int Limit { get; init; } = 100;

    /// <summary>Only entries of this time or later.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Only entries before this time.</summary>
    public DateTimeOffset? Before { get; init; }

    /// <summary>Only entries of this mode, compared ordinally.</summary>
    public string? Mode { get; init; }

    /// <summary>Only entries about this image.</summary>
    public ImageKey? Key { get; init; }

    /// <summary>Where the page before ended, with the same query otherwise; null for the first page.</summary>
    public string? ContinuationToken { get; init; }
}
