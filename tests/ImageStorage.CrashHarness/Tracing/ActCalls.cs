namespace ImageStorage.CrashHarness.Tracing;

/// <summary>The calls from which it follows whether an act relied on one of them that failed.</summary>
/// <param name="During">Those that ended while the act was under way, in the order of their ends.</param>
/// <param name="All">Those of the whole run: what was begun beside an act may come to its end behind it.</param>
internal sealed record ActCalls(IReadOnlyList<CallEnded> During, IReadOnlyList<CallEnded> All);
