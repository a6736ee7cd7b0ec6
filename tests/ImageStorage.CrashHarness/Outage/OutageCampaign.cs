using System.Diagnostics;
using System.Globalization;
using ImageStorage.Azurite;
using ImageStorage.CrashHarness.Campaigns;
using ImageStorage.CrashHarness.Workload;
using ImageStorage.Providers;

namespace ImageStorage.CrashHarness.Outage;

/// <summary>
/// A store on Azurite with a folder as its fallback, opened twice, as by two processes. Writers save, overwrite and
/// delete through the first, readers check the acknowledged images through both, while a proxy before Azurite refuses,
/// stalls and cuts connections. At the end all images must be on the primary, and nothing on the fallback.
/// </summary>
internal sealed class OutageCampaign(CampaignOptions options)
{
    private const int Writers = 4;
    private const int ImagesOfWriter = 150;
    private const double LeastRate = 0.999;
    private const int SavesBeforeOutages = 100;
    private const string Container = "outage";

    // Longer than one attempt of a call, with the lease that the first write of an outage waits for.
    private static readonly TimeSpan MostPause = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan MostDrain = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan BetweenOutages = TimeSpan.FromSeconds(2);

    private readonly Evidence _evidence = new(options, "outage");
    private readonly OutageClock _outages = new();
    private readonly OutageTally _tally = new();
    private readonly IReadOnlyList<PlannedOutage> _plan = PlannedOutage.Plan(options.Seed, options.Rounds);

    public CampaignResult Run() => RunAsync().GetAwaiter().GetResult();

    private async Task<CampaignResult> RunAsync()
    {
        var start = Stopwatch.GetTimestamp();
        await using var azurite = await StartAsync();
        await using var proxy = LoopbackProxy.Start(azurite.Port);
        var fallback = Path.Join(_evidence.Folder, "fallback");
        TrackedImage[] images = [.. Enumerable.Range(0, Writers * ImagesOfWriter).Select(number => new TrackedImage(string.Create(CultureInfo.InvariantCulture, $"writer{number / ImagesOfWriter}/{number % ImagesOfWriter}.png")))];
        await using (var primary = OutageStore.OpenPrimary(azurite.ConnectionString, Container))
        {
            await using (var one = OutageStore.Open(AzuriteServer.ConnectionStringOf(proxy.Port), Container, fallback))
            await using (var other = OutageStore.Open(AzuriteServer.ConnectionStringOf(proxy.Port), Container, fallback))
            {
                using var stopping = new CancellationTokenSource();
                var working = Task.WhenAll(Work(images, one, other, primary, stopping.Token));
                await BreakAsync(proxy, one.Failover);
                await stopping.CancelAsync();
                await working;
                await DrainAsync(one.Failover, MostDrain);
            }

            await CheckEndAsync(images, primary.Images, fallback);
        }

        return Conclude(Stopwatch.GetElapsedTime(start));
    }

    private static async Task<AzuriteServer> StartAsync()
    {
        try
        {
            return await AzuriteServer.StartAsync();
        }
        catch (AzuriteUnavailableException exception)
        {
            throw new MissingPartException(exception.Message);
        }
    }

    private IEnumerable<Task> Work(TrackedImage[] images, OutageStore one, OutageStore other, OutageStore primary, CancellationToken stopping)
    {
        for (var writer = 0; writer < Writers; writer++)
        {
            var own = new ArraySegment<TrackedImage>(images, writer * ImagesOfWriter, ImagesOfWriter);
            yield return new OutageWriter(one.Images, own, _outages, _tally, new Random(Seeds.Of(options.Seed, 1, writer))).RunAsync(stopping);
        }

        OutageStore[] stores = [one, other];
        for (var reader = 0; reader < stores.Length; reader++)
        {
            yield return new OutageReader(stores[reader].Images, primary.Images, images, _outages, _tally, new Random(Seeds.Of(options.Seed, 2, reader))).RunAsync(stopping);
        }
    }

    /// <summary>Runs the outages of the plan one after the other.</summary>
    private async Task BreakAsync(LoopbackProxy proxy, IStorageFailover failover)
    {
        await WarmUpAsync();
        foreach (var outage in _plan)
        {
            var (saves, failed) = (_tally.SavesInOutages, _tally.FailedInOutages);
            _outages.Begin();
            await BreakAsync(proxy, outage);
            proxy.Set(ProxyMode.Pass);
            _outages.End();
            var drained = outage.WaitsForReplay ? await DrainAsync(failover, MostDrain) : default(TimeSpan?);
            await WaitAsync(BetweenOutages);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"outage {outage.Number} of {_plan.Count}: {outage.Kind} for {outage.Length.TotalSeconds} s, {_tally.SavesInOutages - saves} saves, {_tally.FailedInOutages - failed} failed, longest save so far {_tally.LongestSave.TotalSeconds:F1} s, {(drained is { } time ? $"nothing waits after {time.TotalSeconds:F1} s" : "the next one hits what waits")}"));
        }
    }

    /// <summary>Waits until the store works: its first calls open connections and create the container.</summary>
    private async Task WarmUpAsync()
    {
        while (_tally.Saves < SavesBeforeOutages)
        {
            await WaitAsync(TimeSpan.FromMilliseconds(100));
        }
    }

    private async Task BreakAsync(LoopbackProxy proxy, PlannedOutage outage)
    {
        if (outage.Kind != OutageKind.Cut)
        {
            proxy.Set(outage.Kind == OutageKind.Refuse ? ProxyMode.Refuse : ProxyMode.Stall);
            await WaitAsync(outage.Length);
            return;
        }

        var random = new Random(Seeds.Of(options.Seed, 3, outage.Number));
        var end = WaitAsync(outage.Length);
        while (!end.IsCompleted)
        {
            // Within the headers, the body or the response of one of the next requests.
            var cut = proxy.CutAfter((ProxyDirection)random.Next(2), random.Next(1, 60_000));
            await Task.WhenAny(cut, end);
        }
    }

    /// <summary>Waits until the fallback has no hints. Returns the duration.</summary>
    private async Task<TimeSpan> DrainAsync(IStorageFailover failover, TimeSpan most)
    {
        var start = Stopwatch.GetTimestamp();
        while ((await failover.GetStatusAsync()) is { State: not FailoverState.Healthy } status)
        {
            if (Stopwatch.GetElapsedTime(start) > most)
            {
                _tally.Violate($"{status.Fallbacks[0].Hints} images still wait on the fallback {most.TotalSeconds} s after the end of an outage, in the state {status.State}");
                break;
            }

            await WaitAsync(TimeSpan.FromMilliseconds(200));
        }

        return Stopwatch.GetElapsedTime(start);
    }

    /// <summary>Checks that every acknowledged image is on the primary, and nothing is left on the fallback.</summary>
    private async Task CheckEndAsync(TrackedImage[] images, IImageStorage primary, string fallback)
    {
        foreach (var image in images)
        {
            await OutageReader.CheckAsync(primary, image, _tally);
        }

        await using var left = OutageStore.OpenFallback(fallback);
        DocumentName[] documents = [.. await left.Provider.Documents.ListAsync("failover/"), .. await left.Provider.Documents.ListAsync("failover-retained/")];
        foreach (var document in documents)
        {
            _tally.Violate($"the document '{document}' is left on the fallback");
        }

        await foreach (var image in left.Images.EnumerateAsync())
        {
            _tally.Violate($"'{image.Key}' is left on the fallback");
        }
    }

    private CampaignResult Conclude(TimeSpan taken)
    {
        foreach (var failure in _tally.Failures)
        {
            Console.WriteLine($"saves that failed: {failure}");
        }

        if (_tally.RateInOutages < LeastRate)
        {
            _tally.Violate(string.Create(CultureInfo.InvariantCulture, $"{_tally.FailedInOutages} of {_tally.SavesInOutages} saves during outages failed"));
        }

        if (_tally.LongestSave > MostPause)
        {
            _tally.Violate(string.Create(CultureInfo.InvariantCulture, $"a save took {_tally.LongestSave.TotalSeconds:F1} s"));
        }

        var summary = string.Create(
            CultureInfo.InvariantCulture,
            $"{_plan.Count} outages of {_plan.Sum(outage => outage.Length.TotalSeconds)} s, {_tally.Saves} saves, {_tally.SavesInOutages} of them in outages with {100 * _tally.RateInOutages:F2} % acknowledged, longest save {_tally.LongestSave.TotalSeconds:F1} s, longest pause of all {_tally.LongestPause.TotalSeconds:F1} s; {_tally.Reads} reads, all right, {_tally.Unavailable} of images of the primary alone unavailable after {_tally.LongestRead.TotalSeconds:F1} s at most; all on the primary in the end, {taken.TotalSeconds:F0} s");
        if (_tally.Violations.Count > 0)
        {
            _evidence.Keep("outage", _tally.Violations);
            Console.WriteLine(summary);
            return new CampaignResult("outage", Verdict.Failed, Evidence.Summarize(_tally.Violations));
        }

        _evidence.Remove();
        return new CampaignResult("outage", Verdict.Passed, summary);
    }

    private static Task WaitAsync(TimeSpan time) => Task.Delay(time, TimeProvider.System, CancellationToken.None);
}
