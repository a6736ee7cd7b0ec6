namespace ImageStorage;

/// <summary>
/// The exception for an update of a missing image. Reads and deletes return <see langword="null"/> and
/// <see langword="false"/> instead.
/// </summary>
public sealed class ImageNotFoundException : ImageStorageException
{
    /// <summary>Creates the exception.</summary>
    public ImageNotFoundException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
