namespace ImageStorage;

/// <summary>
/// The exception for a full medium, an exhausted quota or a reached limit of the provider. Stored data are intact.
/// </summary>
public sealed class StorageFullException : ImageStorageException
{
    /// <summary>Creates the exception.</summary>
    public StorageFullException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
