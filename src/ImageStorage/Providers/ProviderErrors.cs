namespace ImageStorage.Providers;

/// <summary>Creates the exceptions that every provider throws alike.</summary>
public static class ProviderErrors
{
    /// <summary>Returns the exception for an id under which another version is retained.</summary>
    public static ImageConflictException OtherRetained(ImageKey key, string provider) =>
        new($"Another version of image '{key}' is retained under the same id in {provider}. Use each id once.") { Key = key, Provider = provider };

    /// <summary>Returns the exception for a precondition of an image that does not hold.</summary>
    /// <param name="key">The image.</param>
    /// <param name="provider">The provider that evaluated the precondition.</param>
    /// <param name="current">The version of the image; null if the image does not exist.</param>
    public static ImageConflictException Conflict(ImageKey key, string provider, ImageETag? current) =>
        new(current is { } etag
            ? $"The precondition on image '{key}' does not hold in {provider}: the image exists, with version {etag}. The call had no effect; read the image again and decide."
            : $"The precondition on image '{key}' does not hold in {provider}: there is no image. The call had no effect; another caller may have deleted the image.")
        {
            Key = key,
            Provider = provider,
            CurrentETag = current,
        };

    /// <summary>Returns the exception for an update of an image that does not exist.</summary>
    /// <param name="key">The image.</param>
    /// <param name="provider">The provider that does not have the image.</param>
    public static ImageNotFoundException NotFound(ImageKey key, string provider) =>
        new($"Image '{key}' cannot be updated: {provider} has no image under this key. Save the image first.") { Key = key, Provider = provider };

    /// <summary>
    /// Returns the exception for an image that a newer version of the library wrote in a form that this version cannot
    /// read.
    /// </summary>
    /// <param name="key">The image; null if the key is not known.</param>
    /// <param name="provider">The provider that holds the image.</param>
    public static StorageNotSupportedException Newer(ImageKey? key, string provider) =>
        new($"{(key is { } known ? $"Image '{known}'" : "An image")} in {provider} was written by a newer version of the library, in a form that this version cannot read. Nothing was changed. Update the library in this application.")
        {
            Key = key,
            Provider = provider,
            Reason = "a newer version of the library wrote it",
        };

    /// <summary>Returns the exception for a read of an image whose stored bytes are encoded, where no layer of the store decodes them. The message says what to open instead.</summary>
    /// <param name="key">The image.</param>
    /// <param name="provider">The provider that holds the record.</param>
    /// <param name="encoding">The encoding in the record.</param>
    public static StorageNotSupportedException NotDecodable(ImageKey key, string provider, ImageEncoding encoding)
    {
        ArgumentNullException.ThrowIfNull(encoding);
        var cause = StoredEncoding.Describe(encoding);
        return new StorageNotSupportedException($"Image '{key}' cannot be read from this store ({provider}): {cause}. To read the image, {StoredEncoding.Remedy(encoding)}.") { Key = key, Provider = provider, Reason = cause };
    }
}
