namespace ImageStorage;

/// <summary>
/// Delivers the events of a store, in order and after the operations. Handlers run outside of operations. An exception
/// of a handler is logged. A slow handler delays events; of more than 1,024 queued events the oldest are dropped, and
/// each loss is logged. Registered for each store, for a named store with its name as the key. Thread-safe.
/// </summary>
public interface IStorageEvents
{
    /// <summary>Subscribes a handler to every later event.</summary>
    /// <param name="handler">The handler. Events are delivered one at a time.</param>
    /// <returns>The subscription. Dispose it to end the subscription.</returns>
    IDisposable Subscribe(Action<StorageEvent> handler);
}
