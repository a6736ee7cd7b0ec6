namespace ImageStorage.Benchmarks.Goals;

/// <summary>How much is measured.</summary>
/// <param name="Operations">The operations of one contender in a round: enough for about a millisecond or more.</param>
/// <param name="Rounds">The rounds, each of which gives one sample a contender.</param>
/// <param name="WarmUp">The operations of each contender before the first round.</param>
/// <param name="BytesWritten">What one operation leaves in the page cache, so that it is written out now and then between rounds.</param>
internal sealed record RoundPlan(int Operations, int Rounds, int WarmUp, long BytesWritten = 0);
