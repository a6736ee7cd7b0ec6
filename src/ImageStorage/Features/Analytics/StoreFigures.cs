using ImageStorage.Diagnostics.Measuring;

namespace ImageStorage.Analytics;

/// <summary>
/// What is known of a store without a call: its recorder, its parts and its cache. Builds the report. Thread-safe.
/// </summary>
/// <param name="recorder">The recorder of the store.</param>
/// <param name="parts">Returns the parts of the store.</param>
/// <param name="cache">Returns the counters of the cache; null for a store without a cache.</param>
internal sealed class StoreFigures(OperationRecorder recorder, Func<IReadOnlyList<StorePart>> parts, Func<CacheStatistics>? cache)
{
    private readonly Lock _gate = new();
    private readonly CacheHistory[] _tiers = [new(), new(), new()];

    public OperationRecorder Recorder => recorder;

    /// <summary>Gets the parts that the store uses, each with the recorder of its calls.</summary>
    public IReadOnlyList<MeasuredPart> Parts
    {
        get
        {
            var measured = new List<MeasuredPart>();
            foreach (var part in parts())
            {
                if (part.Role != ProviderRole.Candidate && part.Provider.GetAbility<IMeasuredPart>()?.Recorder is { } partRecorder)
                {
                    var identity = new PartIdentity(part.Name, part.Role);
                    if (partRecorder.Part != identity)
                    {
                        partRecorder.Part = identity;
                    }

                    measured.Add(new MeasuredPart(part, partRecorder));
                }
            }

            return measured;
        }
    }

    /// <summary>Gets the counters of the tiers of the cache, the fastest first; empty without a cache.</summary>
    public IReadOnlyList<(CacheTier Tier, CacheTierStatistics Statistics)> Tiers => cache?.Invoke() is not { } statistics ? [] : [.. TiersOf(statistics)];

    /// <summary>Builds the report of a window.</summary>
    /// <param name="window">The window.</param>
    /// <param name="alerts">The alerts, the newest first: the active ones, and those that were resolved.</param>
    public StorageReport Report(TimeSpan window, IReadOnlyList<StorageAlert> alerts)
    {
        var measured = Parts;
        var tiers = Tiers;
        lock (_gate)
        {
            return recorder.Read(window, view => new StorageReport
            {
                Store = recorder.Store,
                ProcessSince = recorder.Since,
                From = view.From,
                At = recorder.Clock.GetUtcNow(),
                Window = window,
                Operations = [.. view.Operations.Select(series => OperationOf(view, series))],
                Parts = [.. measured.Select(part => PartOf(view, part))],
                Cache = [.. tiers.Select(tier => TierOf(view, tier.Tier, tier.Statistics))],
                Alerts = [.. alerts.Where(alert => alert.ResolvedAt is null || alert.ResolvedAt >= view.From)],
                Series = [.. view.Operations.Where(series => !view.IsApplication(series)).Select(series => SeriesOf(view, series))],
            });
        }
    }

    private static IEnumerable<(CacheTier Tier, CacheTierStatistics Statistics)> TiersOf(CacheStatistics statistics)
    {
        yield return (CacheTier.Memory, statistics.Memory);
        if (statistics.Disk is { } disk)
        {
            yield return (CacheTier.Disk, disk);
        }

        if (statistics.Distributed is { } distributed)
        {
            yield return (CacheTier.Distributed, distributed);
        }
    }

    private static OperationReport OperationOf(RecorderView view, OperationSeries series) =>
        With(new OperationReport { Operation = series.Name, IsApplication = view.IsApplication(series) }, view.TotalsOf(series));

    private static PartReport PartOf(RecorderView view, MeasuredPart measured)
    {
        var (part, of) = (measured.Part, measured.Recorder);
        return With(
            new PartReport
            {
                Name = part.Name,
                Role = part.Role,
                Usage = of.Usage,
                AvailableBytes = of.State.AvailableBytes,
                TotalBytes = of.State.TotalBytes,
                Hints = of.State.Hints,
                Breaker = measured.Breaker,
                DamagedAt = of.DamagedAt,
            },
            view.TotalsOf(of.Series));
    }

    private static TReport With<TReport>(TReport report, SeriesTotals totals)
        where TReport : OperationFigures
    {
        var answered = totals.Answered.Calculate();
        var outcomes = new Dictionary<OperationOutcome, long>();
        for (var outcome = OperationOutcome.Success; outcome <= OperationOutcome.Error; outcome++)
        {
            if (totals.Outcomes[(int)outcome] != 0)
            {
                outcomes[outcome] = totals.Outcomes[(int)outcome];
            }
        }

        return report with
        {
            Count = totals.Count,
            Errors = totals.Errors,
            Outcomes = outcomes,
            Average = answered.Count == 0 ? null : TimeOf(answered.Sum / answered.Count),
            P50 = answered.Count == 0 ? null : TimeOf(answered.P50),
            P95 = answered.Count == 0 ? null : TimeOf(answered.P95),
            P99 = answered.Count == 0 ? null : TimeOf(answered.P99),
            ErrorP95 = totals.Failed.Total == 0 ? null : TimeOf(totals.Failed.Calculate().P95),
            Bytes = totals.Bytes,
        };
    }

    private static OperationSeriesReport SeriesOf(RecorderView view, OperationSeries series) => new()
    {
        Operation = series.Name,
        Points = [.. view.MinutesOf(series).Select(minute => new SeriesPoint(
            view.TimeOf(minute.Minute), minute.Count, minute.Errors, TimeOf(minute.Average), TimeOf(minute.P50), TimeOf(minute.P95), TimeOf(minute.P99), minute.Bytes))],
    };

    private static TimeSpan TimeOf(double seconds) => TimeSpan.FromTicks((long)Math.Round(seconds * TimeSpan.TicksPerSecond));

    private CacheTierReport TierOf(RecorderView view, CacheTier tier, CacheTierStatistics statistics)
    {
        var history = _tiers[(int)tier];
        history.Observe(view.OpenMinute, statistics);
        var minutes = history.Since(view.FirstMinute, view.OpenMinute);
        return new CacheTierReport
        {
            Tier = tier,
            Hits = minutes.Sum(minute => minute.Hits),
            Misses = minutes.Sum(minute => minute.Misses),
            Entries = statistics.Entries,
            Bytes = statistics.Bytes,
            LimitBytes = statistics.LimitBytes,
            Points = [.. minutes.Select(minute => new CachePoint(view.TimeOf(minute.Minute), minute.Hits, minute.Misses))],
        };
    }
}
