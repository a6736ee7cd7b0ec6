using System.Diagnostics.Metrics;

namespace ImageStorage.Diagnostics.Measuring;

/// <summary>
/// The values of a store that are read when a listener collects its metrics. The members make no call to a provider.
/// Thread-safe.
/// </summary>
internal interface IStorageGauges
{
    IEnumerable<Measurement<long>> CacheRequests { get; }

    IEnumerable<Measurement<long>> CacheSize { get; }

    IEnumerable<Measurement<long>> PendingHints { get; }

    IEnumerable<Measurement<long>> JobProgress { get; }

    IEnumerable<Measurement<long>> BreakerState { get; }

    IEnumerable<Measurement<long>> AvailableBytes { get; }

    IEnumerable<Measurement<long>> ActiveAlerts { get; }
}
