namespace ImageStorage;

/// <summary>An update was asked for an image that does not exist. Reads and deletes report this as <see langword="null"/> and <see langword="false"/> instead.</summary>
public sealed class ImageNotFoundException : ImageStorageException
{
    /// <summary>Makes the failure.</summary>
    public ImageNotFoundException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <summary>The failure of an update of what is not there.</summary>
    /// <param name="key">The image.</param>
    /// <param name="provider">The provider that looked.</param>
    public static ImageNotFoundException For(ImageKey key, string provider) =>
        new($"Image '{key}' cannot be updated: there is none under this key in {provider}. Save it first.") { Key = key, Provider = provider };
}
