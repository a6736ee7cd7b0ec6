namespace ImageStorage.Samples.Tests.Snippets;

internal sealed class OperationsListener(List<string> alerts) : IStorageEventListener
{
    public Task HandleAsync(StorageEvent occurred, CancellationToken cancellationToken = default)
    {
        switch (occurred)
        {
            case FailoverStarted started:
                alerts.Add($"{started.Primary} is unavailable: {started.Reason}");
                break;
            case FailoverEnded ended:
                alerts.Add($"{ended.Primary} is used again.");
                break;
        }

        return Task.CompletedTask;
    }
}
