using System.Collections.Immutable;

namespace ImageStorage;

/// <summary>What a transaction did.</summary>
/// <param name="Id">Its name in journals and logs.</param>
/// <param name="Steps">What each step did, in the order of the steps.</param>
public sealed record TransactionResult(string Id, ImmutableArray<TransactionStepResult> Steps);
