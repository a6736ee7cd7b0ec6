namespace ImageStorage.Benchmarks.Goals;

/// <summary>The amount of work of a measurement.</summary>
/// <param name="Operations">The operations of one contender in a round: enough for about a millisecond or more.</param>
/// <param name="Rounds">The rounds, each of which gives one sample a contender.</param>
/// <param name="WarmUp">The operations of each contender before the first round.</param>
/// <param name="BytesWritten">The bytes that one operation leaves in the page cache. They are written out from time to
/// time, between rounds.</param>
internal sealed record RoundPlan(int Operations, int Rounds, int WarmUp, long BytesWritten = 0);
