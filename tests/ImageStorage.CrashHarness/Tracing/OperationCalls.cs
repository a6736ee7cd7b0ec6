namespace ImageStorage.CrashHarness.Tracing;

/// <summary>The calls that show whether an operation relied on a failed call.</summary>
/// <param name="During">The calls that ended during the operation, in the order of their ends.</param>
/// <param name="All">The calls of the complete run: concurrent work may end after the operation.</param>
internal sealed record OperationCalls(IReadOnlyList<CallEnded> During, IReadOnlyList<CallEnded> All);
