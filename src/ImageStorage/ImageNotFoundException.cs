namespace ImageStorage;

/// <summary>An update was asked for an image that does not exist. Reads and deletes report this as <see langword="null"/> and <see langword="false"/> instead.</summary>
public sealed class ImageNotFoundException : ImageStorageException
{
    /// <summary>Makes the failure.</summary>
    public ImageNotFoundException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
