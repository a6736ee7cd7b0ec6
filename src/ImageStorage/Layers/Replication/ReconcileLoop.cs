using Microsoft.Extensions.Logging;

namespace ImageStorage.Replication;

/// <summary>Reconciles in the background while something waits, and asks a primary that has failed whether it is back. Ends with the provider that owns it.</summary>
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

    /// <summary>Begins the loop.</summary>
    /// <param name="isQuiet">Is there nothing to look after?</param>
    /// <param name="probe">Asks whether there is somebody to bring to what waits.</param>
    /// <param name="reconcile">Does one round.</param>
    /// <param name="interval">The pause between two rounds.</param>
    /// <param name="clock">Counts it.</param>
    /// <param name="logger">Told what fails.</param>
    public ReconcileLoop(
        Func<CancellationToken, ValueTask<bool>> isQuiet, Func<CancellationToken, Task<bool>> probe, Func<CancellationToken, Task> reconcile, TimeSpan interval, TimeProvider clock, ILogger logger)
    {
        (_isQuiet, _probe, _reconcile, _logger) = (isQuiet, probe, reconcile, logger);
        _timer = new PeriodicTimer(interval, clock);
        _running = RunAsync();
    }

    /// <summary>Lets it ask the primary now and not at its next turn.</summary>
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

    /// <summary>Asks the primary if need be and, in its turn, reconciles; false when the store is being closed.</summary>
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
            // Nobody waits for the background. What it did not get to, the next round does; it stays noted until then.
            ReplicationLog.ReconcileFailed(_logger, exception.GetType().Name);
            ReplicationLog.ReconcileFailedWith(_logger, exception);
        }

        return true;
    }
}
