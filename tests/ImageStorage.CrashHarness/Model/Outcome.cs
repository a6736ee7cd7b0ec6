using ImageStorage.CrashHarness.Workload;

namespace ImageStorage.CrashHarness.Model;

/// <summary>An operation and its outcome.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="Kind">The kind of the outcome.</param>
/// <param name="Answer">The result: <see langword="true"/> if an item to update or delete existed.</param>
/// <param name="ETag">The returned version.</param>
/// <param name="Created">The returned creation time, in ticks.</param>
internal sealed record Outcome(Operation Operation, OutcomeKind Kind, bool Answer = false, string? ETag = null, long Created = 0);
