namespace ImageStorage.LiteDb.Engine;

/// <summary>A unit of work on the database, queued until the database is free.</summary>
internal abstract class StoreWork
{
    private const int Queued = 0;
    private const int Started = 1;
    private const int Cancelled = 2;
    private CancellationTokenRegistration _registration;
    private int _state;

    /// <summary>Gets the kind of the work.</summary>
    public required StoreWorkKind Kind { get; init; }

    /// <summary>Gets the token of the caller.</summary>
    public required CancellationToken Token { get; init; }

    /// <summary>Gets a value that indicates whether the caller cancelled before the work began.</summary>
    public bool IsCancelled => Volatile.Read(ref _state) == Cancelled;

    /// <summary>Lets the token cancel the work until the work begins.</summary>
    public void RegisterToken() => _registration = Token.UnsafeRegister(static work => ((StoreWork)work!).CancelIfQueued(), this);

    /// <summary>Begins the work. The token has no effect afterwards.</summary>
    /// <returns><see langword="false"/> when the caller has cancelled.</returns>
    public bool TryStart()
    {
        if (Token.IsCancellationRequested)
        {
            CancelIfQueued();
        }

        _registration.Unregister();
        return Interlocked.CompareExchange(ref _state, Started, Queued) == Queued;
    }

    /// <summary>Runs the work and stores the result.</summary>
    public abstract void Run(LiteSession? session);

    /// <summary>Completes the caller's task with the result.</summary>
    public abstract void Complete();

    /// <summary>Fails the caller's task.</summary>
    public abstract void Fail(Exception exception);

    /// <summary>Cancels the caller's task.</summary>
    public abstract void Cancel();

    private void CancelIfQueued()
    {
        if (Interlocked.CompareExchange(ref _state, Cancelled, Queued) == Queued)
        {
            Cancel();
        }
    }
}
