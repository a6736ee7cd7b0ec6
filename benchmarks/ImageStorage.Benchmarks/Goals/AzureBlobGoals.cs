using ImageStorage.Azurite;
using ImageStorage.Benchmarks.Shared;
using ImageStorage.Benchmarks.Work;

namespace ImageStorage.Benchmarks.Goals;

/// <summary>
/// The rows of the Azure Blob provider, compared with the bare client on the same Azurite. Both mostly wait for
/// Azurite.
/// </summary>
internal static class AzureBlobGoals
{
    private const double Limit = 1.05;
    private const double PeakLimit = 1 << 20;
    private const int PeakRuns = 3;

    // Azurite reads its complete index for each listing, so more images would measure Azurite.
    private const int Listed = 5_000;
    // The next data centre, and another region. The second request costs the same in Azurite in both cases.
    private static readonly TimeSpan[] RoundTrips = [TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(40)];
    private static readonly int[] Sizes = [ImageSizes.Small, ImageSizes.Medium];

    public static async IAsyncEnumerable<GoalRow> MeasureAsync()
    {
        foreach (var length in Sizes)
        {
            await using var work = await AzureWork.CreateAsync(length);
            var row = new GoalRow { Row = string.Empty, Size = ImageSizes.NameOf(length), Unit = Unit.Seconds, Baseline = string.Empty, Ours = Spread.Of([0]) };
            var plan = new RoundPlan(4, 120, 300);
            var saves = await Rounds.MeasureAsync(plan, work.RawSaveAsync, work.RawSaveTwoAsync, work.SaveAsync);
            yield return (row with { Row = "Azure save of a new image", Baseline = "one Put Blob with metadata", Raw = saves[0], Ours = saves[2] }).WithRatioAtMost(Limit);

            // Azurite works on one thread, so the second of two concurrent requests waits for the first.
            yield return row with { Row = "Azure save of a new image", Baseline = "Put Blob and an empty one at once", Raw = saves[1], Ours = saves[2] };
            var reads = await Rounds.MeasureAsync(plan, work.RawReadAsync, work.ReadAsync);
            yield return (row with { Row = "Azure read to a stream, verified", Baseline = "DownloadStreaming into a buffer", Raw = reads[0], Ours = reads[1] }).WithRatioAtMost(Limit);
            var infos = await Rounds.MeasureAsync(plan, work.RawInfoAsync, work.InfoAsync);
            yield return (row with { Row = "Azure info", Baseline = "GetProperties", Raw = infos[0], Ours = infos[1] }).WithRatioAtMost(Limit);
        }

        await foreach (var row in DistantSaveAsync())
        {
            yield return row;
        }

        await foreach (var row in PageAsync())
        {
            yield return row;
        }

        await foreach (var row in PeakAsync())
        {
            yield return row;
        }

        await AzuriteServer.StopSharedAsync();
    }

    /// <summary>
    /// The same saves through a proxy that adds the delay of a remote service. The rows show the cost of two concurrent
    /// requests when the network, and not the single thread of Azurite, takes most of the time.
    /// </summary>
    private static async IAsyncEnumerable<GoalRow> DistantSaveAsync()
    {
        foreach (var (roundTrip, length) in RoundTrips.SelectMany(roundTrip => Sizes.Select(length => (roundTrip, length))))
        {
            await using var work = await AzureWork.CreateAsync(length, roundTrip);
            var saves = await Rounds.MeasureAsync(new RoundPlan(2, 60, 100), work.RawSaveAsync, work.RawSaveTwoAsync, work.SaveAsync);
            var row = new GoalRow
            {
                Row = $"Azure save of a new image, {roundTrip.TotalMilliseconds:0} ms round trip added",
                Size = ImageSizes.NameOf(length),
                Unit = Unit.Seconds,
                Baseline = "one Put Blob with metadata, same delay",
                Raw = saves[0],
                Ours = saves[2],
            };
            yield return row.WithRatioAtMost(Limit);
            yield return row with { Baseline = "Put Blob and an empty one at once, same delay", Raw = saves[1] };
        }
    }

    private static async IAsyncEnumerable<GoalRow> PageAsync()
    {
        await using var work = await AzureWork.CreateAsync(300);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => work.SaveAsync(Listed / 8)));
        foreach (var order in Enum.GetValues<ImageOrder>())
        {
            var spreads = await Rounds.MeasureAsync(new RoundPlan(1, 20, 3), async _ => await work.Storage.ListAsync(new ImageQuery { Order = order }));
            yield return new GoalRow { Row = $"Azure page of 50, {order}", Size = $"{Listed:N0} images", Unit = Unit.Seconds, Baseline = "–", Ours = spreads[0] };
        }
    }

    /// <summary>
    /// The heap also contains the garbage of the client; the difference is the share of the provider.
    /// </summary>
    private static async IAsyncEnumerable<GoalRow> PeakAsync()
    {
        await using var work = await AzureWork.CreateAsync(ImageSizes.Largest);
        var raw = new HeapPeak();
        await work.RawSaveLargestAsync(PeakRuns, raw);
        var saving = new HeapPeak();
        await work.SaveLargestAsync(PeakRuns, saving);
        var row = new GoalRow { Row = "Azure, heap at most, save", Size = ImageSizes.NameOf(ImageSizes.Largest), Unit = Unit.Bytes, Baseline = "bare client, staged blocks", Raw = Spread.Of(raw.Bytes), Ours = Spread.Of(saving.Bytes) };
        yield return row;

        var reading = new HeapPeak();
        await work.ReadLargestAsync(PeakRuns, reading);
        yield return (row with { Row = "Azure, heap at most, read", Baseline = "idle process", Raw = null, Ours = Spread.Of(reading.Bytes) }).WithAtMost(PeakLimit);
    }
}
