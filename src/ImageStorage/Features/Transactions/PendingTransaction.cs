using System.Collections.Immutable;

namespace ImageStorage;

/// <summary>Represents an undecided transaction.</summary>
/// <param name="Id">The id of the transaction.</param>
/// <param name="State">The state of the transaction.</param>
/// <param name="StartedAt">
/// The start of the transaction, by the clock of its process; <see langword="null"/> if the journal cannot be read.
/// </param>
/// <param name="Keys">The images that the transaction holds.</param>
/// <param name="Steps">The number of steps that a rollback would compensate.</param>
/// <param name="Reason">
/// Why the transaction is in doubt or its journal cannot be read; otherwise <see langword="null"/>.
/// </param>
public sealed record PendingTransaction(string Id, TransactionState State, DateTimeOffset? StartedAt, ImmutableArray<ImageKey> Keys, int Steps, string? Reason);
