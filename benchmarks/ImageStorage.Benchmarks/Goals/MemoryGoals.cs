using ImageStorage.Benchmarks.Shared;
using ImageStorage.Benchmarks.Work;

namespace ImageStorage.Benchmarks.Goals;

/// <summary>The rows of memory: the maximum size of the heap, and the allocations.</summary>
internal static class MemoryGoals
{
    private const int PeakRuns = 5;
    private const double PeakLimit = 1 << 20;
    private const double AllocatedLimit = 4 << 10;

    /// <summary>
    /// Must run before all other rows: buffers that other rows leave in the pool would count as buffers of an idle
    /// process.
    /// </summary>
    public static async IAsyncEnumerable<GoalRow> PeakAsync()
    {
        using var work = new LargestWork();
        var saving = new HeapPeak();
        await work.SaveAsync(PeakRuns, saving);
        var row = new GoalRow { Row = "heap at most, save", Size = ImageSizes.NameOf(ImageSizes.Largest), Unit = Unit.Bytes, Baseline = "idle process", Ours = Spread.Of(saving.Bytes) };
        yield return row.WithAtMost(PeakLimit);

        var reading = new HeapPeak();
        await work.ReadAsync(PeakRuns, reading);
        yield return (row with { Row = "heap at most, read", Ours = Spread.Of(reading.Bytes) }).WithAtMost(PeakLimit);
    }

    public static async IAsyncEnumerable<GoalRow> AllocatedAsync()
    {
        const int Operations = 100;
        using var saving = new SaveWork(ImageSizes.Medium, Durability.Full, ContentIdentity.Sha256);
        var keys = new Queue<ImageKey[]>(Enumerable.Range(0, 10).Select(_ => Enumerable.Range(0, Operations).Select(_ => new ImageKey(Names.Next())).ToArray()));
        yield return new GoalRow
        {
            Row = "allocated by a save, Full, SHA-256",
            Size = ImageSizes.NameOf(ImageSizes.Medium),
            Unit = Unit.Bytes,
            Baseline = "raw durable",
            Raw = await Allocations.MeasureAsync(Operations, saving.RawAsync),
            Ours = await Allocations.MeasureAsync(Operations, _ => saving.SaveAsync(keys.Dequeue())),
        }.WithAtMost(AllocatedLimit);

        using var reading = await ReadWork.CreateAsync(ImageSizes.Medium);
        yield return new GoalRow
        {
            Row = "allocated by a read",
            Size = ImageSizes.NameOf(ImageSizes.Medium),
            Unit = Unit.Bytes,
            Baseline = "RandomAccess.Read, pooled",
            Raw = await Allocations.MeasureAsync(Operations, reading.RawAsync),
            Ours = await Allocations.MeasureAsync(Operations, reading.ReadAsync),
        }.WithAtMost(AllocatedLimit);
    }
}
