using Microsoft.Extensions.Logging;

namespace ImageStorage.Replication;

/// <summary>
/// Reconciles in the background while hints exist, and probes a primary that has failed. Disposed with the provider
/// that owns it.
/// </summary>
internal sealed class ReconcileLoop : IAsyncDisposable
{
    private readonly Func<CancellationToken, ValueTask<bool>> _isQuiet;
    private readonly Func<CancellationToken, Task<bool>> _probe;
    private readonly Func<CancellationToken, Task> _reconcile;
    private readonly ILogger _logger;
    private readonly PeriodicTimer _timer;
    private readonly CancellationTokenSource _closing = new();
    private readonly Task _running;
    private volatile TaskCompletionSource _woken = NewSignal();

    /// <summary>Starts the loop.</summary>
    /// <param name="isQuiet">Returns whether there is nothing to do.</param>
    /// <param name="probe">Returns whether the provider that receives the replays is available.</param>
    /// <param name="reconcile">Runs one round.</param>
    /// <param name="interval">The interval between two rounds.</param>
    /// <param name="clock">Measures the interval.</param>
    /// <param name="logger">Receives failures.</param>
    public ReconcileLoop(
        Func<CancellationToken, ValueTask<bool>> isQuiet, Func<CancellationToken, Task<bool>> probe, Func<CancellationToken, Task> reconcile, TimeSpan interval, TimeProvider clock, ILogger logger)
    {
        (_isQuiet, _probe, _reconcile, _logger) = (isQuiet, probe, reconcile, logger);
        _timer = new PeriodicTimer(interval, clock);
        _running = RunAsync();
    }

    /// <summary>Probes the primary now, and not at the next interval.</summary>
    public void Wake() => _woken.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        _timer.Dispose();
        await _running.ConfigureAwait(false);
        _closing.Dispose();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task RunAsync()
    {
        var turn = _timer.WaitForNextTickAsync().AsTask();
        while (true)
        {
            await Task.WhenAny(turn, _woken.Task).ConfigureAwait(false);
            var isTurn = turn.IsCompleted;
            if (isTurn && !await turn.ConfigureAwait(false))
            {
                return;
            }

            if (_woken.Task.IsCompleted)
            {
                _woken = NewSignal();
            }

            if (!await ActAsync(isTurn).ConfigureAwait(false))
            {
                return;
            }

            turn = isTurn ? _timer.WaitForNextTickAsync().AsTask() : turn;
        }
    }

    /// <summary>
    /// Probes the primary if needed and, at the interval, reconciles. Returns false when the store is being closed.
    /// </summary>
    private async Task<bool> ActAsync(bool reconciles)
    {
        try
        {
            if (!await _isQuiet(_closing.Token).ConfigureAwait(false) && await _probe(_closing.Token).ConfigureAwait(false) && reconciles)
            {
                await _reconcile(_closing.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            return false;
        }
        catch (ImageStorageException exception)
        {
            // No caller waits for the background. The hints remain, and the next round continues.
            ReplicationLog.ReconcileFailed(_logger, exception.GetType().Name);
            ReplicationLog.ReconcileFailedWith(_logger, exception);
        }

        return true;
    }
}
