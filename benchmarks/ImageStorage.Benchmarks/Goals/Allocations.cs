namespace ImageStorage.Benchmarks.Goals;

/// <summary>Counts what operations allocate on all threads; pooled buffers count once, when the pool first makes them.</summary>
internal static class Allocations
{
    private const int Rounds = 7;

    /// <summary>Answers the bytes that an operation allocates, over some rounds of so many operations, behind one for warming up.</summary>
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
