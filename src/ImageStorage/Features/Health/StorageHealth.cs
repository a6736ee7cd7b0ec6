using ImageStorage.Diagnostics;
using ImageStorage.Diagnostics.Alerts;
using ImageStorage.Parts;
using ImageStorage.Providers;

namespace ImageStorage.Health;

/// <summary>Reports the health of one store. Concurrent calls share one report.</summary>
/// <param name="provider">The provider with its layers.</param>
/// <param name="clock">The clock.</param>
/// <param name="warnings">Returns the warnings about the configuration of the store; null for none.</param>
/// <param name="alerts">The alerts of the store; null for none.</param>
internal sealed class StorageHealth(IImageProvider provider, TimeProvider clock, Func<IReadOnlyList<string>>? warnings = null, IActiveAlerts? alerts = null) : IStorageHealth, IDisposable
{
    // Long enough to share a report between many callers, and short enough to be current.
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly HealthSurvey _survey = new(new ProviderProbes(clock), clock);
    private Task<StorageHealthReport>? _report;
    private long _startedAt;
    private volatile bool _isDisposed;

    /// <summary>Ends the use of this object. Does not dispose the provider.</summary>
    public void Dispose() => _isDisposed = true;

    public Task<StorageHealthReport> GetReportAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        cancellationToken.ThrowIfCancellationRequested();
        Task<StorageHealthReport> report;
        lock (_gate)
        {
            if (_report is null or { IsFaulted: true } || (_report.IsCompleted && clock.GetElapsedTime(_startedAt) >= Freshness))
            {
                (_report, _startedAt) = (CreateReportAsync(), clock.GetTimestamp());
            }

            report = _report;
        }

        // The report is shared and has its own time limit, so a cancelled call does not end it for the others.
        return report.WaitAsync(cancellationToken);
    }

    private async Task<StorageHealthReport> CreateReportAsync()
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var finding = await _survey.SurveyAsync(provider, PartList.RootOf(provider)).ConfigureAwait(false);
        var names = PartList.UniqueNames([.. finding.Providers.Select(entry => (entry.Role, entry.Name))]);
        var entries = finding.Providers.Zip(names, (entry, name) => entry with { Name = name });
        var active = alerts?.Active ?? [];
        var isCritical = active.Any(alert => alert.Severity == AlertSeverity.Critical);
        return new StorageHealthReport
        {
            State = isCritical && finding.State == StorageHealthState.Healthy ? StorageHealthState.Degraded : finding.State,
            Providers = [.. entries],
            Failover = finding.Failover,
            Warnings = [.. finding.Warnings, .. warnings?.Invoke() ?? []],
            Alerts = active,
            At = clock.GetUtcNow(),
        };
    }
}
