namespace ImageStorage.Transactions;

/// <summary>Combines the time limit of a transaction, or of its rollback, with the caller's token.</summary>
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

    /// <summary>Returns the cause of a failure: a cancellation that the caller did not request is a timeout.</summary>
    public Exception Explain(Exception failure) => failure is OperationCanceledException && !_caller.IsCancellationRequested && _timer.IsCancellationRequested
        ? new TimeoutException($"The transaction did not end within {_timeout.TotalSeconds} seconds (TransactionOptions.Timeout).", failure)
        : failure;

    public void Dispose()
    {
        _linked.Dispose();
        _timer.Dispose();
    }
}
