using System.Collections.Immutable;

namespace ImageStorage;

/// <summary>A page of the history.</summary>
/// <param name="Entries">The entries, the newest first.</param>
/// <param name="ContinuationToken">What the next query takes to go on; null when there is nothing more.</param>
public sealed record HistoryPage(ImmutableArray<HistoryEntry> Entries, string? ContinuationToken);
