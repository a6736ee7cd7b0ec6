using ImageStorage.Coordination;
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
    private BackgroundLoop? _loop;
    private bool _isUsed = isRequested;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        // The journals that a failed recovery leaves remain, and the next recovery continues.
        _loop = new BackgroundLoop((_, token) => RecoverAsync(token), interval, clock, exception => Log.TransactionRecoveryFailed(logger, exception));
        _loop.Wake();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => _loop is null ? Task.CompletedTask : _loop.DisposeAsync().AsTask().WaitAsync(cancellationToken);

    // A container that is disposed synchronously cannot await. The recovery is cancelled, so the wait is short.
    public void Dispose() => StopAsync(CancellationToken.None).GetAwaiter().GetResult();

    private async Task RecoverAsync(CancellationToken cancellationToken)
    {
        if (!_isUsed)
        {
            await transactions.WaitForUseAsync(interval ?? RetryAfter, cancellationToken).ConfigureAwait(false);
            _isUsed = true;
        }

        try
        {
            // Without an interval this is the only recovery, so it waits until leases have ended.
            await transactions.RecoverAsync(waitForLeases: interval is null, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (interval is { } longest && !cancellationToken.IsCancellationRequested)
            {
                _loop!.SetInterval(transactions.NextRecovery is { } sooner && sooner < longest ? sooner : longest);
            }
        }
    }
}
