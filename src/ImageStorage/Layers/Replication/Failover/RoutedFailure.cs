namespace ImageStorage.Failover;

/// <summary>Marks, as the inner failure of one of the store, that it was not the primary that could not be used but a fallback with bytes that are too many for it.</summary>
internal sealed class RoutedFailure(StorageUnavailableException cause) : ImageStorageException(cause.Message, cause);
