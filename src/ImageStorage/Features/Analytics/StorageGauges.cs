using System.Diagnostics.Metrics;
using ImageStorage.Coordination.Jobs;
using ImageStorage.Diagnostics.Alerts;
using ImageStorage.Diagnostics.Measuring;

namespace ImageStorage.Analytics;

/// <summary>The values of one store for the listeners of its metrics.</summary>
internal sealed class StorageGauges(StoreFigures figures, IActiveAlerts alerts, JobRunner jobs) : IStorageGauges
{
    private readonly KeyValuePair<string, object?> _store = new(StorageInstruments.StoreTag, figures.Recorder.Store);

    public IEnumerable<Measurement<long>> CacheRequests => figures.Tiers.SelectMany(tier => new[]
    {
        new Measurement<long>(tier.Statistics.Hits, _store, TierTag(tier.Tier), new(StorageInstruments.OutcomeTag, "hit")),
        new Measurement<long>(tier.Statistics.Misses, _store, TierTag(tier.Tier), new(StorageInstruments.OutcomeTag, "miss")),
    });

    public IEnumerable<Measurement<long>> CacheSize => figures.Tiers.Select(tier => new Measurement<long>(tier.Statistics.Bytes, _store, TierTag(tier.Tier)));

    public IEnumerable<Measurement<long>> PendingHints => OfParts(part => part.Recorder.State.Hints);

    public IEnumerable<Measurement<long>> BreakerState => OfParts(part => (long?)part.Breaker);

    public IEnumerable<Measurement<long>> AvailableBytes => OfParts(part => part.Recorder.State.AvailableBytes);

    public IEnumerable<Measurement<long>> JobProgress =>
        from job in jobs.Live
        from counter in job.Counters
        select new Measurement<long>(counter.Value, _store, new(StorageInstruments.JobTag, job.Kind), new(StorageInstruments.CounterTag, counter.Key));

    public IEnumerable<Measurement<long>> ActiveAlerts =>
        from alert in alerts.Active
        group alert by (alert.Rule, alert.Severity) into rule
        select new Measurement<long>(rule.Count(), _store, new(StorageInstruments.RuleTag, rule.Key.Rule), new(StorageInstruments.SeverityTag, rule.Key.Severity == AlertSeverity.Critical ? "critical" : "warning"));

    private static KeyValuePair<string, object?> TierTag(CacheTier tier) => new(StorageInstruments.TierTag, OperationNames<CacheTier>.All[(int)tier]);

    private IEnumerable<Measurement<long>> OfParts(Func<MeasuredPart, long?> value) =>
        from part in figures.Parts
        let known = value(part)
        where known is not null
        select new Measurement<long>(
            known.Value, _store, new(StorageInstruments.ProviderTag, part.Part.Name), new(StorageInstruments.RoleTag, PartRecorder.RoleOf(part.Recorder.Part)));
}
