namespace ImageStorage;

/// <summary>
/// Handles the events of a store. Register implementations as singletons of this type, for a named store with its name
/// as the key.
/// </summary>
public interface IStorageEventListener
{
    /// <summary>
    /// Handles an event. The next event is delivered after the returned task has ended. Exceptions are logged.
    /// </summary>
    /// <param name="occurred">The event.</param>
    /// <param name="cancellationToken">Cancelled when the store is disposed.</param>
    Task HandleAsync(StorageEvent occurred, CancellationToken cancellationToken = default);
}
