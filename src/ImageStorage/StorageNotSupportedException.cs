namespace ImageStorage;

/// <summary>
/// The exception for an operation that the provider does not support, or for a store that a newer version of the
/// library wrote.
/// </summary>
public sealed class StorageNotSupportedException : ImageStorageException
{
    /// <summary>Creates the exception.</summary>
    public StorageNotSupportedException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
