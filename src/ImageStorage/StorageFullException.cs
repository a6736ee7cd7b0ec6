namespace ImageStorage;

/// <summary>The medium, a quota or a limit of the provider leaves no room. What was stored before is untouched.</summary>
public sealed class StorageFullException : ImageStorageException
{
    /// <summary>Makes the failure.</summary>
    public StorageFullException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
