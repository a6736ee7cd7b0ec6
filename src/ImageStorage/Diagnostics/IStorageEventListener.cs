namespace ImageStorage;

/// <summary>
/// Handles the events of a store. Register implementations as singletons of this type, for a named store with its name
/// as the key. Listeners are created when the host starts, or without a host at the first event.
/// </summary>
public interface IStorageEventListener
{
    /// <summary>
    /// Handles an event. The next event is delivered after the returned task has ended. Exceptions are logged.
    /// </summary>
    /// <param name="occurred">The event. Types that the listener does not know must be ignored.</param>
    /// <param name="cancellationToken">Cancelled when the store is disposed. After the cancellation a listener has at
    /// most 5 seconds; then the remaining events are dropped.</param>
    Task HandleAsync(StorageEvent occurred, CancellationToken cancellationToken = default);
}
