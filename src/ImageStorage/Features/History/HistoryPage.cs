namespace ImageStorage;

/// <summary>One page of the history.</summary>
public sealed record HistoryPage
{
    /// <summary>Gets the entries, newest first.</summary>
    public required IReadOnlyList<HistoryEntry> Items { get; init; }

    /// <summary>Gets the token for the <see cref="HistoryQuery.ContinuationToken"/> of the next page; null on the last page.</summary>
    public string? ContinuationToken { get; init; }

    /// <summary>Returns the members as text.</summary>
    public override string ToString() => RecordText.Of(
        nameof(HistoryPage),
        (nameof(Items), Items.Select(entry => entry.Id)), (nameof(ContinuationToken), ContinuationToken));
}
