namespace ImageStorage.LiteDb.Engine;

/// <summary>Something to do on the thread of the store.</summary>
internal abstract class StoreWork
{
    private const int Waiting = 0;
    private const int Started = 1;
    private const int Cancelled = 2;
    private CancellationTokenRegistration _registration;
    private int _state;

    /// <summary>What the work needs of the store, and when its caller is told.</summary>
    public required StoreWorkKind Kind { get; init; }

    public required CancellationToken Token { get; init; }

    /// <summary>Gets whether the caller has given up before the work began.</summary>
    public bool IsCancelled => Volatile.Read(ref _state) == Cancelled;

    /// <summary>From now on the token ends the caller's wait at once, until the work begins.</summary>
    public void HeedToken() => _registration = Token.UnsafeRegister(static work => ((StoreWork)work!).CancelIfWaiting(), this);

    /// <summary>Begins the work, which is not cancelled from here on; returns false when the caller has given up.</summary>
    public bool TryStart()
    {
        if (Token.IsCancellationRequested)
        {
            CancelIfWaiting();
        }

        _registration.Unregister();
        return Interlocked.CompareExchange(ref _state, Started, Waiting) == Waiting;
    }

    /// <summary>Does it, and keeps the result.</summary>
    public abstract void Run(LiteSession? session);

    /// <summary>Tells the caller the result.</summary>
    public abstract void Complete();

    public abstract void Fail(Exception exception);

    public abstract void Cancel();

    private void CancelIfWaiting()
    {
        if (Interlocked.CompareExchange(ref _state, Cancelled, Waiting) == Waiting)
        {
            Cancel();
        }
    }
}
