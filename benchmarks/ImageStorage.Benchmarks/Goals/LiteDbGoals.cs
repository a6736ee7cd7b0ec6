using ImageStorage.Benchmarks.Shared;
using ImageStorage.Benchmarks.Work;

namespace ImageStorage.Benchmarks.Goals;

/// <summary>The rows of the LiteDB provider, against LiteDB's own file storage in direct mode.</summary>
internal static class LiteDbGoals
{
    private const double SaveLimit = 0.35;
    private const double ReadLimit = 0.9;
    private const int Many = 100_000;
    private const int PeakRuns = 3;

    public static async IAsyncEnumerable<GoalRow> MeasureAsync()
    {
        await foreach (var row in LargestAsync())
        {
            yield return row;
        }

        foreach (var length in new[] { ImageSizes.Small, ImageSizes.Medium })
        {
            using var work = new LiteDbWork(length, Durability.Full, ContentIdentity.Sha256);
            var saves = await Rounds.MeasureAsync(new RoundPlan(4, 60, 150), work.RawSaveAsync, work.SaveAsync);
            var row = new GoalRow { Row = "LiteDB save, Full, SHA-256", Size = ImageSizes.NameOf(length), Unit = Unit.Seconds, Baseline = "FileStorage.Upload", Raw = saves[0], Ours = saves[1] };
            yield return length == ImageSizes.Medium ? row.WithRatioAtMost(SaveLimit) : row;

            var reads = await Rounds.MeasureAsync(new RoundPlan(20, 60, 500), work.RawReadAsync, work.ReadAsync);
            yield return (row with { Row = "LiteDB read to a stream, verified", Baseline = "FileStorage.OpenRead", Raw = reads[0], Ours = reads[1] }).WithRatioAtMost(ReadLimit);
        }

        using var filled = new LiteDbWork(256, Durability.Relaxed, ContentIdentity.XxHash128);
        await filled.FillAsync(Many);
        var pages = await Rounds.MeasureAsync(new RoundPlan(4, 60, 200), filled.NewestAsync);
        var page = new GoalRow { Row = "LiteDB newest page of 50", Size = "100,000 images", Unit = Unit.Seconds, Baseline = "–", Ours = pages[0] };
        yield return page;
        yield return page with { Row = "LiteDB newest page of 50, allocated", Unit = Unit.Bytes, Ours = await Allocations.MeasureAsync(20, filled.NewestAsync) };
    }

    /// <summary>The maximum size of the heap, including LiteDB's page cache.</summary>
    private static async IAsyncEnumerable<GoalRow> LargestAsync()
    {
        using var work = new LiteDbWork(ImageSizes.Largest, Durability.Relaxed, ContentIdentity.Sha256);
        var saving = new HeapPeak();
        await work.SaveWatchedAsync(PeakRuns, saving);
        var row = new GoalRow { Row = "LiteDB heap at most, save", Size = ImageSizes.NameOf(ImageSizes.Largest), Unit = Unit.Bytes, Baseline = "idle process", Ours = Spread.Of(saving.Bytes) };
        yield return row;

        var reading = new HeapPeak();
        await work.ReadWatchedAsync(PeakRuns, reading);
        yield return row with { Row = "LiteDB heap at most, read", Ours = Spread.Of(reading.Bytes) };

        yield return row with { Row = "LiteDB allocated by a save", Ours = await Allocations.MeasureAsync(1, work.SaveAsync) };
        yield return row with { Row = "LiteDB allocated by a read", Ours = await Allocations.MeasureAsync(1, work.ReadAsync) };
    }
}
