using ImageStorage.Errors;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Failover;

/// <summary>Reconciles in the background while something waits. Ends with the provider that owns it.</summary>
internal sealed class ReconcileLoop : IAsyncDisposable
{
    private readonly FailoverProvider _provider;
    private readonly ILogger _logger;
    private readonly PeriodicTimer _timer;
    private readonly CancellationTokenSource _closing = new();
    private readonly Task _running;

    public ReconcileLoop(FailoverProvider provider, TimeSpan interval, TimeProvider clock, ILogger logger)
    {
        (_provider, _logger) = (provider, logger);
        _timer = new PeriodicTimer(interval, clock);
        _running = RunAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        _timer.Dispose();
        await _running.ConfigureAwait(false);
        _closing.Dispose();
    }

    private async Task RunAsync()
    {
        while (await _timer.WaitForNextTickAsync().ConfigureAwait(false))
        {
            try
            {
                if (!await _provider.IsQuietAsync(_closing.Token).ConfigureAwait(false) && await _provider.ProbePrimaryAsync(_closing.Token).ConfigureAwait(false))
                {
                    await _provider.ReconcileAsync(null, _closing.Token).ConfigureAwait(false);
                }
            }
            catch (OperationCanceledException) when (_closing.IsCancellationRequested)
            {
                return;
            }
            catch (ImageStorageException exception)
            {
                // Nobody waits for the background. What it did not get to, the next round does; it stays noted until then.
                Log.ReconcileFailed(_logger, exception.GetType().Name);
                Log.ReconcileFailedWith(_logger, exception);
            }
        }
    }
}
