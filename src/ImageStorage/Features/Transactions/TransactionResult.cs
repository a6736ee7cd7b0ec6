using System.Collections.Immutable;

namespace ImageStorage;

/// <summary>Represents the result of a committed transaction.</summary>
/// <param name="Id">The id of the transaction in journals and logs.</param>
/// <param name="Steps">The result of each step, in the order of the steps.</param>
public sealed record TransactionResult(string Id, ImmutableArray<TransactionStepResult> Steps);
