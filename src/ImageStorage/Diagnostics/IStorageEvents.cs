namespace ImageStorage;

/// <summary>
/// What happens in a store, told afterwards and in order. A handler runs beside the operations, never in them: one that throws is
/// logged, one that is slow makes events wait, and when more than 1,024 wait, the oldest are dropped and the loss is logged.
/// </summary>
public interface IStorageEvents
{
    /// <summary>Calls a handler for every event from now on, until the result is disposed.</summary>
    IDisposable Subscribe(Action<StorageEvent> handler);
}
