using ImageStorage.Errors;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Failover;

/// <summary>Reconciles in the background while something waits. Ends with the provider that owns it.</summary>
internal sealed class ReconcileLoop : IAsyncDisposable
{
    private readonly Func<CancellationToken, ValueTask<bool>> _isQuiet;
    private readonly Func<CancellationToken, Task> _reconcile;
    private readonly ILogger _logger;
    private readonly PeriodicTimer _timer;
    private readonly CancellationTokenSource _closing = new();
    private readonly Task _running;

    /// <summary>Begins the loop.</summary>
    /// <param name="isQuiet">Is there nothing to look after?</param>
    /// <param name="reconcile">Does one round.</param>
    /// <param name="interval">The pause between two rounds.</param>
    /// <param name="clock">Counts it.</param>
    /// <param name="logger">Told what fails.</param>
    public ReconcileLoop(Func<CancellationToken, ValueTask<bool>> isQuiet, Func<CancellationToken, Task> reconcile, TimeSpan interval, TimeProvider clock, ILogger logger)
    {
        (_isQuiet, _reconcile, _logger) = (isQuiet, reconcile, logger);
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
                if (!await _isQuiet(_closing.Token).ConfigureAwait(false))
                {
                    await _reconcile(_closing.Token).ConfigureAwait(false);
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
