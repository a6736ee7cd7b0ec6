namespace ImageStorage;

/// <summary>A handler of events that the container makes: register it as a singleton of this type, under the store's name as key for a named store.</summary>
public interface IStorageEventListener
{
    /// <summary>Handles one event; the next one comes when this has ended. What it throws is logged.</summary>
    Task HandleAsync(StorageEvent occurred, CancellationToken cancellationToken = default);
}
