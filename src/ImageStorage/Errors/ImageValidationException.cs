namespace ImageStorage.Errors;

/// <summary>The input is not acceptable: a key, the bytes of an image, a declared type, a size, an option. Nothing was written.</summary>
public sealed class ImageValidationException : ImageStorageException
{
    /// <summary>Makes the failure.</summary>
    public ImageValidationException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
