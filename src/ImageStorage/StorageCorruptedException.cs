namespace ImageStorage;

/// <summary>The exception for damaged stored data: missing, cut short or altered.</summary>
public class StorageCorruptedException : ImageStorageException
{
    /// <summary>Creates the exception.</summary>
    public StorageCorruptedException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
