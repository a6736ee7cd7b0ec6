using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Transactions;

/// <summary>Recovers at start, without holding it up, and then again and again.</summary>
internal sealed class TransactionRecoveryService(ImageTransactions transactions, TimeSpan? interval, TimeProvider clock, ILogger logger) : IHostedService, IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _running = RunAsync();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    public void Dispose()
    {
        _stopping.Cancel();
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);

        // Without an interval the start is all there is, so it waits for leases to run out.
        var waitForLeases = interval is null;
        using var timer = new PeriodicTimer(interval ?? Timeout.InfiniteTimeSpan, clock);
        try
        {
            do
            {
                await RecoverAsync(waitForLeases).ConfigureAwait(false);
                if (interval is { } longest)
                {
                    // Setting the period begins it again, so it is set only to change it.
                    var next = transactions.NextLook is { } sooner && sooner < longest ? sooner : longest;
                    if (timer.Period != next)
                    {
                        timer.Period = next;
                    }
                }
            }
            while (!waitForLeases && await timer.WaitForNextTickAsync(_stopping.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The end of the service.
        }
    }

    private async Task RecoverAsync(bool waitForLeases)
    {
        try
        {
            await transactions.RecoverAsync(waitForLeases, _stopping.Token).ConfigureAwait(false);
        }
        catch (ImageStorageException exception)
        {
            // Nobody waits for the background. What it did not get to, the next round does; it stays in the journal until then.
            Log.TransactionRecoveryFailed(logger, exception.GetType().Name);
            Log.TransactionRecoveryFailedWith(logger, exception);
        }
    }
}
