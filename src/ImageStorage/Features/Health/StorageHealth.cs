using ImageStorage.Diagnostics;
using ImageStorage.Providers;

namespace ImageStorage.Health;

/// <summary>Looks at the providers of one store. All who ask at the same time get the same report.</summary>
internal sealed class StorageHealth(IImageProvider provider, TimeProvider clock) : IStorageHealth, IDisposable
{
    // Enough for many to ask, and too short for anybody to be told an old story.
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly HealthSurvey _survey = new(new ProviderProbes(clock), clock);
    private Task<StorageHealthReport>? _report;
    private long _startedAt;
    private volatile bool _isDisposed;

    /// <summary>Ends the use of this object. The store belongs to its owner.</summary>
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
                (_report, _startedAt) = (LookAsync(), clock.GetTimestamp());
            }

            report = _report;
        }

        // Shared, and limited in time by itself: one who gives up does not end it for the others.
        return report.WaitAsync(cancellationToken);
    }

    private async Task<StorageHealthReport> LookAsync()
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var finding = await _survey.LookAsync(provider, ProviderRole.Primary).ConfigureAwait(false);
        return new StorageHealthReport { State = finding.State, Providers = finding.Providers, Failover = finding.Failover, At = clock.GetUtcNow() };
    }
}
