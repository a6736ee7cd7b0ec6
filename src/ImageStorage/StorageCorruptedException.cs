namespace ImageStorage;

/// <summary>Stored data is damaged: it is missing, cut short or altered.</summary>
public class StorageCorruptedException : ImageStorageException
{
    /// <summary>Makes the failure.</summary>
    public StorageCorruptedException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
