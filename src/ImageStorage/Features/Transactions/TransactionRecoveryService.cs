using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Transactions;

/// <summary>
/// Runs a recovery at the start of the host, without delaying the start, and then at the interval. In a store whose
/// application has not asked for transactions, the first recovery waits until there is a transaction.
/// </summary>
internal sealed class TransactionRecoveryService(ImageTransactions transactions, TimeSpan? interval, TimeProvider clock, ILogger logger, bool isRequested = true) : IHostedService, IDisposable
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(15);
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

        // Without an interval this is the only recovery, so it waits until leases have ended.
        var waitForLeases = interval is null;
        using var timer = new PeriodicTimer(interval ?? Timeout.InfiniteTimeSpan, clock);
        try
        {
            if (!isRequested)
            {
                await transactions.WaitForUseAsync(interval ?? RetryAfter, _stopping.Token).ConfigureAwait(false);
            }

            do
            {
                await RecoverAsync(waitForLeases).ConfigureAwait(false);
                if (interval is { } longest)
                {
                    // Setting the period restarts it, so the period is set only if it changes.
                    var next = transactions.NextRecovery is { } sooner && sooner < longest ? sooner : longest;
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
            // The service ends.
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
            // The journals remain, and the next recovery continues.
            Log.TransactionRecoveryFailed(logger, exception.GetType().Name);
            Log.TransactionRecoveryFailedWith(logger, exception);
        }
    }
}
