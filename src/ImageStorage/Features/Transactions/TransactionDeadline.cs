namespace ImageStorage.Transactions;

/// <summary>The end of the time of a transaction, or of its undoing, together with the caller's token.</summary>
internal sealed class TransactionDeadline : IDisposable
{
    private readonly TimeSpan _timeout;
    private readonly CancellationToken _caller;
    private readonly CancellationTokenSource _timer;
    private readonly CancellationTokenSource _linked;

    public TransactionDeadline(TimeSpan timeout, TimeProvider clock, CancellationToken caller)
    {
        (_timeout, _caller) = (timeout, caller);
        _timer = new CancellationTokenSource(timeout, clock);
        _linked = CancellationTokenSource.CreateLinkedTokenSource(_timer.Token, caller);
    }

    public CancellationToken Token => _linked.Token;

    /// <summary>What a failure really was: a cancellation that the caller did not ask for is the end of the time.</summary>
    public Exception Explain(Exception failure) => failure is OperationCanceledException && !_caller.IsCancellationRequested && _timer.IsCancellationRequested
        ? new TimeoutException($"It did not end within {_timeout.TotalSeconds} seconds (TransactionOptions.Timeout).", failure)
        : failure;

    public void Dispose()
    {
        _linked.Dispose();
        _timer.Dispose();
    }
}
