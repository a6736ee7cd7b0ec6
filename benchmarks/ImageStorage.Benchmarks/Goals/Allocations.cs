namespace ImageStorage.Benchmarks.Goals;

/// <summary>
/// Counts the allocations of operations on all threads. A pooled buffer counts once, when the pool creates it.
/// </summary>
internal static class Allocations
{
    private const int Rounds = 7;

    /// <summary>Returns the bytes that an operation allocates, over several rounds after a warm-up.</summary>
    public static async Task<Spread> MeasureAsync(int operations, Func<int, Task> contender)
    {
        var samples = new double[Rounds];
        await contender(operations);
        for (var round = 0; round < Rounds; round++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            await contender(operations);
            samples[round] = (GC.GetTotalAllocatedBytes(precise: true) - before) / (double)operations;
        }

        return Spread.Of(samples);
    }
}
