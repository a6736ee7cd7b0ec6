namespace ImageStorage;

/// <summary>The provider cannot do what was asked, or the store was written by a newer version of the library.</summary>
public sealed class StorageNotSupportedException : ImageStorageException
{
    /// <summary>Makes the failure.</summary>
    public StorageNotSupportedException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
