using ImageStorage.CrashHarness.Workload;

namespace ImageStorage.CrashHarness.Model;

/// <summary>An act and how it ended.</summary>
/// <param name="Act">The act.</param>
/// <param name="Kind">How it ended.</param>
/// <param name="Answer">What it answered: was there something to update or delete?</param>
/// <param name="ETag">The version that it answered.</param>
/// <param name="Created">The time of creation that it answered, in ticks.</param>
internal sealed record Outcome(Act Act, OutcomeKind Kind, bool Answer = false, string? ETag = null, long Created = 0);
