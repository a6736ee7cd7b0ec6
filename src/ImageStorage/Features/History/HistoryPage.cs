using System.Collections.Immutable;

namespace ImageStorage;

/// <summary>Represents a page of the history.</summary>
/// <param name="Entries">The entries, the newest first.</param>
/// <param name="ContinuationToken">
/// The <see cref="HistoryQuery.ContinuationToken"/> of the next page; <see langword="null"/> for the last page.
/// </param>
public sealed record HistoryPage(ImmutableArray<HistoryEntry> Entries, string? ContinuationToken);
