namespace ImageStorage;

/// <summary>The exception for damaged bytes or a damaged record of an image. Damaged data are never returned.</summary>
public sealed class ImageCorruptedException : StorageCorruptedException
{
    /// <summary>Creates the exception.</summary>
    public ImageCorruptedException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
