using System.Collections.Immutable;

namespace ImageStorage;

/// <summary>A transaction that is not decided.</summary>
/// <param name="Id">Its name.</param>
/// <param name="State">Its state.</param>
/// <param name="StartedAt">When it began, by the clock of its process; null when the journal cannot be read.</param>
/// <param name="Keys">The images that it holds.</param>
/// <param name="Steps">How many steps are still to be undone, should it come to that.</param>
/// <param name="Reason">Why it is in doubt or cannot be read; else null.</param>
public sealed record PendingTransaction(string Id, TransactionState State, DateTimeOffset? StartedAt, ImmutableArray<ImageKey> Keys, int Steps, string? Reason);
