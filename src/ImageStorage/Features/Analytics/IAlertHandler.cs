namespace ImageStorage;

/// <summary>
/// Handles the alerts of a store, for example by sending a message. Register implementations as singletons of this type, for
/// a named store with its name as the key.
/// </summary>
public interface IAlertHandler
{
    /// <summary>
    /// Handles an alert that was raised, or resolved if <see cref="StorageAlert.ResolvedAt"/> has a value. Called after the
    /// operation, on another thread; the next alert is delivered after the returned task has ended. Exceptions are logged.
    /// </summary>
    /// <param name="alert">The alert.</param>
    /// <param name="cancellationToken">Cancelled when the store is disposed. After the cancellation a handler has at most 5
    /// seconds.</param>
    Task HandleAsync(StorageAlert alert, CancellationToken cancellationToken = default);
}
