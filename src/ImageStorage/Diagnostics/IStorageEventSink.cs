namespace ImageStorage;

/// <summary>
/// Accepts the events of a store, for layers, packages and applications that publish events of their own. Registered
/// for each store, for a named store with its name as the key. Thread-safe.
/// </summary>
public interface IStorageEventSink
{
    /// <summary>
    /// Gets a value indicating whether the store has a listener or a subscription. A publisher need not create an event
    /// while the value is <see langword="false"/>. Reading the value takes no lock.
    /// </summary>
    bool IsEnabled { get; }

    /// <summary>
    /// Queues an event for the listeners and subscriptions of the store. The call never waits for a handler, and a
    /// failure of a handler never reaches the caller. Without a handler, and after the store was disposed, the call does
    /// nothing. If the queue is full, the oldest event is dropped.
    /// </summary>
    /// <param name="occurred">The event.</param>
    /// <exception cref="ArgumentNullException"><paramref name="occurred"/> is null.</exception>
    void Publish(StorageEvent occurred);
}
