namespace ImageStorage;

/// <summary>The stored bytes or the record of an image are damaged. They are never returned as if they were good.</summary>
public sealed class ImageCorruptedException : StorageCorruptedException
{
    /// <summary>Makes the failure.</summary>
    public ImageCorruptedException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
