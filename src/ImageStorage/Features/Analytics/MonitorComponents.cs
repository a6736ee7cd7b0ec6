using ImageStorage.Diagnostics;
using ImageStorage.Diagnostics.Alerts;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Analytics;

/// <summary>What the monitor of one store works with.</summary>
/// <param name="Figures">The figures of the store.</param>
/// <param name="Board">The alerts of the store.</param>
/// <param name="Options">The options of the alerts.</param>
/// <param name="Rules">The rules of the application.</param>
/// <param name="Conditions">The features that report states of their own.</param>
/// <param name="Failover">Returns the failover or mirror of the store; null for none.</param>
/// <param name="Events">The events of the store.</param>
/// <param name="Handlers">Delivers alerts to their handlers, apart from the events of images.</param>
/// <param name="Clock">The clock.</param>
/// <param name="Logger">The log.</param>
internal sealed record MonitorComponents(
    StoreFigures Figures,
    AlertBoard Board,
    AlertOptions Options,
    IReadOnlyList<AlertRule> Rules,
    IReadOnlyList<IConditionSource> Conditions,
    Func<IStorageFailover?> Failover,
    IStorageEventSink Events,
    StorageEventQueue Handlers,
    TimeProvider Clock,
    ILogger Logger)
{
    /// <summary>Gets the handlers that the store owns.</summary>
    public IReadOnlyList<AlertPoster> Posters { get; init; } = [];
}
