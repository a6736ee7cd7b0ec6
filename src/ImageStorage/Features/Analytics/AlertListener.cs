namespace ImageStorage.Analytics;

/// <summary>Passes alerts of the queue of alerts on to one handler.</summary>
internal sealed class AlertListener(IAlertHandler handler) : IStorageEventListener
{
    public Task HandleAsync(StorageEvent occurred, CancellationToken cancellationToken = default) => occurred switch
    {
        AlertRaised raised => handler.HandleAsync(raised.Alert, cancellationToken),
        AlertResolved resolved => handler.HandleAsync(resolved.Alert, cancellationToken),
        _ => Task.CompletedTask,
    };
}
