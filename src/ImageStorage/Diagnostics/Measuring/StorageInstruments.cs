using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace ImageStorage.Diagnostics.Measuring;

/// <summary>
/// The meter and the activity source of the library, with all of their names, units and descriptions. A container has one
/// object for all of its stores. docs/guide/monitoring.md describes each instrument for users. Thread-safe.
/// </summary>
internal sealed class StorageInstruments : IDisposable
{
    /// <summary>The name of the meter and of the activity source.</summary>
    public const string SourceName = "ImageStorage";

    public const string StoreTag = "store";
    public const string OperationTag = "operation";
    public const string ProviderTag = "provider";
    public const string RoleTag = "role";
    public const string OutcomeTag = "outcome";
    public const string TierTag = "tier";
    public const string JobTag = "job";
    public const string CounterTag = "counter";
    public const string RuleTag = "rule";
    public const string SeverityTag = "severity";

    private static readonly string[] PartTags = [StoreTag, ProviderTag, RoleTag];

    private static readonly InstrumentDescription Duration = new(
        "imagestorage.operation.duration", "histogram", "s", "Duration of an operation as its caller sees it, without the time of the source of a save.", StoreTag, OperationTag, OutcomeTag);

    private static readonly InstrumentDescription Bytes = new(
        "imagestorage.operation.bytes", "histogram", "By", "Bytes of an image that was saved or opened.", StoreTag, OperationTag, OutcomeTag);

    private static readonly InstrumentDescription Calls = new(
        "imagestorage.provider.duration", "histogram", "s", "Duration of a call of one provider of a store, each attempt apart.", [.. PartTags, OperationTag, OutcomeTag]);

    private static readonly InstrumentDescription CacheRequests = new(
        "imagestorage.cache.requests", "counter", "{request}", "Reads that a tier of the cache has answered (hit) or not (miss).", StoreTag, TierTag, OutcomeTag);

    private static readonly InstrumentDescription CacheSize = new(
        "imagestorage.cache.size", "up-down counter", "By", "Bytes of the budget of a tier of the cache in use.", StoreTag, TierTag);

    private static readonly InstrumentDescription Hints = new("imagestorage.hints.pending", "up-down counter", "{hint}", "Hints that wait for the replay to the primary.", PartTags);

    private static readonly InstrumentDescription Jobs = new(
        "imagestorage.jobs.progress", "gauge", "{item}", "Progress of the jobs that this process runs, by the counters of the job.", StoreTag, JobTag, CounterTag);

    private static readonly InstrumentDescription Breaker = new(
        "imagestorage.breaker.state", "gauge", "{state}", "State of the circuit breaker of a provider: 0 closed, 1 open, 2 half open.", PartTags);

    private static readonly InstrumentDescription Available = new("imagestorage.provider.available", "gauge", "By", "Bytes that the medium of a provider has left.", PartTags);

    private static readonly InstrumentDescription Alerts = new(
        "imagestorage.alerts", "up-down counter", "{alert}", "Alerts that are raised and not resolved.", StoreTag, RuleTag, SeverityTag);

    private static readonly string? Version = typeof(StorageInstruments).Assembly.GetName().Version?.ToString(3);

    // The default buckets of OpenTelemetry are made for milliseconds.
    private static readonly InstrumentAdvice<double> Buckets = new()
    {
        HistogramBucketBoundaries = [0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    };

    private static readonly InstrumentAdvice<long> ByteBuckets = new()
    {
        HistogramBucketBoundaries = [1 << 10, 1 << 12, 1 << 14, 1 << 16, 1 << 18, 1 << 20, 1 << 22, 1 << 24, 1 << 26, 1 << 28],
    };

    private readonly Lock _gate = new();
    private readonly Meter? _ownMeter;
    private IStorageGauges[] _gauges = [];

    /// <summary>Creates the instruments.</summary>
    /// <param name="factory">The factory of the container, which disposes its meters; null to create a meter here.</param>
    public StorageInstruments(IMeterFactory? factory = null)
    {
        var options = new MeterOptions(SourceName) { Version = Version };
        var meter = factory?.Create(options) ?? (_ownMeter = new Meter(options));
        OperationDuration = meter.CreateHistogram(Duration.Name, Duration.Unit, Duration.Description, null, Buckets);
        OperationBytes = meter.CreateHistogram(Bytes.Name, Bytes.Unit, Bytes.Description, null, ByteBuckets);
        ProviderDuration = meter.CreateHistogram(Calls.Name, Calls.Unit, Calls.Description, null, Buckets);
        meter.CreateObservableCounter(CacheRequests.Name, () => Read(gauges => gauges.CacheRequests), CacheRequests.Unit, CacheRequests.Description);
        meter.CreateObservableUpDownCounter(CacheSize.Name, () => Read(gauges => gauges.CacheSize), CacheSize.Unit, CacheSize.Description);
        meter.CreateObservableUpDownCounter(Hints.Name, () => Read(gauges => gauges.PendingHints), Hints.Unit, Hints.Description);
        meter.CreateObservableGauge(Jobs.Name, () => Read(gauges => gauges.JobProgress), Jobs.Unit, Jobs.Description);
        meter.CreateObservableGauge(Breaker.Name, () => Read(gauges => gauges.BreakerState), Breaker.Unit, Breaker.Description);
        meter.CreateObservableGauge(Available.Name, () => Read(gauges => gauges.AvailableBytes), Available.Unit, Available.Description);
        meter.CreateObservableUpDownCounter(Alerts.Name, () => Read(gauges => gauges.ActiveAlerts), Alerts.Unit, Alerts.Description);
    }

    /// <summary>Gets the source of the activities of all stores.</summary>
    public static ActivitySource Activities { get; } = new(SourceName, Version);

    /// <summary>Gets all instruments, as the documentation describes them.</summary>
    public static IReadOnlyList<InstrumentDescription> All { get; } = [Duration, Bytes, Calls, CacheRequests, CacheSize, Hints, Jobs, Breaker, Available, Alerts];

    public Histogram<double> OperationDuration { get; }

    public Histogram<long> OperationBytes { get; }

    public Histogram<double> ProviderDuration { get; }

    /// <summary>Adds the gauges of a store.</summary>
    public void Add(IStorageGauges gauges)
    {
        lock (_gate)
        {
            _gauges = [.. _gauges, gauges];
        }
    }

    /// <summary>Removes the gauges of a store.</summary>
    public void Remove(IStorageGauges gauges)
    {
        lock (_gate)
        {
            _gauges = [.. _gauges.Where(other => other != gauges)];
        }
    }

    public void Dispose() => _ownMeter?.Dispose();

    private IEnumerable<Measurement<long>> Read(Func<IStorageGauges, IEnumerable<Measurement<long>>> read) => Volatile.Read(ref _gauges).SelectMany(read);
}
