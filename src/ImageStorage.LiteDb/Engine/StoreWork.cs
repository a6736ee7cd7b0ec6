namespace ImageStorage.LiteDb.Engine;

/// <summary>Something to do on the thread of the store.</summary>
internal abstract class StoreWork
{
    /// <summary>What the work needs of the store, and when its caller is told.</summary>
    public required StoreWorkKind Kind { get; init; }

    public required CancellationToken Token { get; init; }

    /// <summary>Does it, and keeps the result.</summary>
    public abstract void Run(LiteSession? session);

    /// <summary>Tells the caller the result.</summary>
    public abstract void Complete();

    public abstract void Fail(Exception exception);

    public abstract void Cancel();
}
