namespace ImageStorage;

/// <summary>
/// Delivers the events of a store, in order and after the operations. Registered for each store, for a named store with
/// its name as the key. Thread-safe.
/// </summary>
/// <remarks>
/// Handlers run one after the other, outside of operations. A slow handler delays events. Of more than 1,024 queued
/// events the oldest are dropped, and a warning is logged. An exception of a handler is logged as a warning. When the store is
/// disposed, queued events are delivered for at most 5 seconds.
/// </remarks>
public interface IStorageEvents
{
    /// <summary>Subscribes a handler to every later event.</summary>
    /// <param name="handler">The handler. Events are delivered one at a time.</param>
    /// <returns>The subscription. Dispose it to end the subscription.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="handler"/> is null.</exception>
    /// <exception cref="ObjectDisposedException">The store is disposed.</exception>
    IDisposable Subscribe(Action<StorageEvent> handler);

    /// <summary>
    /// Subscribes an asynchronous handler to every later event. The next event is delivered after the task has ended.
    /// </summary>
    /// <param name="handler">The handler. Events are delivered one at a time.</param>
    /// <returns>The subscription. Dispose it to end the subscription.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="handler"/> is null.</exception>
    /// <exception cref="ObjectDisposedException">The store is disposed.</exception>
    IDisposable Subscribe(Func<StorageEvent, Task> handler);
}
