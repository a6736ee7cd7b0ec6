namespace ImageStorage.Errors;

/// <summary>Reading the source stream of a save failed; the original failure is the inner exception. What was stored before is untouched.</summary>
public sealed class ImageSourceException : ImageStorageException
{
    /// <summary>Makes the failure.</summary>
    public ImageSourceException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
