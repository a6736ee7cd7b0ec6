namespace ImageStorage.Tests.Analytics;

/// <summary>Records the alerts that it receives.</summary>
internal sealed class RecordingHandler : IAlertHandler
{
    private readonly Lock _gate = new();
    private readonly List<StorageAlert> _alerts = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyList<StorageAlert> Alerts
    {
        get
        {
            lock (_gate)
            {
                return [.. _alerts];
            }
        }
    }

    public Task HandleAsync(StorageAlert alert, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            _alerts.Add(alert);
            _changed.SetResult();
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        return Task.CompletedTask;
    }

    public async Task<StorageAlert> WaitForAsync(Func<StorageAlert, bool> wanted)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (_alerts.Find(alert => wanted(alert)) is { } found)
                {
                    return found;
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(TimeSpan.FromSeconds(30));
        }
    }

    /// <summary>Waits until the alerts of a report have been delivered, each raised and each resolved.</summary>
    public async Task SettleAsync(IStorageAnalytics analytics)
    {
        foreach (var known in analytics.GetReport().Alerts)
        {
            await WaitForAsync(alert => alert.Id == known.Id && alert.ResolvedAt == known.ResolvedAt);
        }
    }
}
