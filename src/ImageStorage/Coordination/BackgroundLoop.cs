namespace ImageStorage.Coordination;

/// <summary>
/// Work that runs in the background, one turn after the other: at an interval, and when woken. A failed turn is reported
/// and does not end the loop. Starts at once; disposed with its owner. Thread-safe.
/// </summary>
internal sealed class BackgroundLoop : IAsyncDisposable
{
    private readonly Func<bool, CancellationToken, Task> _turn;
    private readonly Action<Exception> _failed;
    private readonly PeriodicTimer _timer;
    private readonly CancellationTokenSource _closing = new();
    private readonly SemaphoreSlim _order = new(1);
    private readonly Lock _gate = new();
    private readonly Task _running;
    private Task _woken = Task.CompletedTask;
    private bool _isWaiting;
    private bool _isClosed;

    /// <summary>Starts the loop.</summary>
    /// <param name="turn">Runs one turn; gets whether the interval has passed, and not only the loop was woken.</param>
    /// <param name="interval">The interval between two turns; <see langword="null"/> to run only when woken.</param>
    /// <param name="clock">Measures the interval.</param>
    /// <param name="failed">Logs the failure of a turn. No caller waits for the background.</param>
    public BackgroundLoop(Func<bool, CancellationToken, Task> turn, TimeSpan? interval, TimeProvider clock, Action<Exception> failed)
    {
        (_turn, _failed, _timer) = (turn, failed, new PeriodicTimer(interval ?? Timeout.InfiniteTimeSpan, clock));
        _running = RunAsync();
    }

    /// <summary>Changes the interval. An interval that stays the same is not restarted.</summary>
    public void SetInterval(TimeSpan interval)
    {
        if (_timer.Period != interval)
        {
            _timer.Period = interval;
        }
    }

    /// <summary>Runs a turn now, or after the present one.</summary>
    /// <returns>A task that completes after the turn, or when the loop ends.</returns>
    public Task Wake()
    {
        lock (_gate)
        {
            if (!_isClosed && !_isWaiting)
            {
                _isWaiting = true;
                _woken = RunWokenAsync(_woken);
            }

            return _woken;
        }
    }

    /// <summary>Cancels the present turn, and waits for its end.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _isClosed = true;
        }

        if (!_closing.IsCancellationRequested)
        {
            await _closing.CancelAsync().ConfigureAwait(false);
        }

        _timer.Dispose();
        await Task.WhenAll(_running, _woken).ConfigureAwait(false);
        _order.Dispose();
        _closing.Dispose();
    }

    private async Task RunAsync()
    {
        while (await _timer.WaitForNextTickAsync().ConfigureAwait(false))
        {
            await TakeTurnAsync(isTick: true).ConfigureAwait(false);
        }
    }

    private async Task RunWokenAsync(Task before)
    {
        // Not on the time of the caller.
        await before.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        await TakeTurnAsync(isTick: false).ConfigureAwait(false);
    }

    private async Task TakeTurnAsync(bool isTick)
    {
        try
        {
            await _order.WaitAsync(_closing.Token).ConfigureAwait(false);
            try
            {
                EndWaiting(isTick);
                await _turn(isTick, _closing.Token).ConfigureAwait(false);
            }
            finally
            {
                _order.Release();
            }
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            // The owner is being disposed.
        }
        catch (Exception exception)
        {
            // The boundary of the background: every exception of a turn is logged, and the next turn tries again.
            _failed(exception);
        }
    }

    /// <summary>Called before a turn: a wake from now on causes another turn.</summary>
    private void EndWaiting(bool isTick)
    {
        lock (_gate)
        {
            _isWaiting &= isTick;
        }
    }
}
