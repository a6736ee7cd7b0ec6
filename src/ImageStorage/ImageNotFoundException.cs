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

    /// <summary>Returns the exception for an update of a missing image.</summary>
    /// <param name="key">The image.</param>
    /// <param name="provider">The name of the provider.</param>
    public static ImageNotFoundException For(ImageKey key, string provider) =>
        new($"Image '{key}' cannot be updated: {provider} has no image under this key. Save the image first.") { Key = key, Provider = provider };
}
