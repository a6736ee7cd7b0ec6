namespace ImageStorage;

/// <summary>
/// The exception for a failure of the source stream of a save. <see cref="Exception.InnerException"/> is the exception
/// that the source threw, the same instance through all layers. The previous image is intact.
/// </summary>
/// <example>
/// A web application answers with the status of a request body that Kestrel refuses, such as 413:
/// <code>catch (ImageSourceException failure) when (failure.InnerException is BadHttpRequestException refused) { return
/// Results.StatusCode(refused.StatusCode); }</code>
/// </example>
public sealed class ImageSourceException : ImageStorageException
{
    /// <summary>Creates the exception.</summary>
    public ImageSourceException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
