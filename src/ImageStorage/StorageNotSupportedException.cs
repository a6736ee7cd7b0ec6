namespace ImageStorage;

/// <summary>
/// The exception for an operation that the provider does not support, or for a store that a newer version of the
/// library wrote.
/// </summary>
public sealed class StorageNotSupportedException : ImageStorageException
{
    /// <summary>Creates the exception.</summary>
    public StorageNotSupportedException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <summary>
    /// Returns the failure of a read of an image whose stored bytes are not the bytes of the image, where no layer of
    /// the store undoes that. The message says what to open instead.
    /// </summary>
    /// <param name="key">The image.</param>
    /// <param name="provider">The provider that holds the record.</param>
    /// <param name="encoding">The encoding in the record.</param>
    public static StorageNotSupportedException ForEncoding(ImageKey key, string provider, ImageEncoding encoding)
    {
        ArgumentNullException.ThrowIfNull(encoding);
        var cause = StoredEncoding.Describe(encoding);
        return new StorageNotSupportedException($"Image '{key}' cannot be read from this store ({provider}): {cause}. To read the image, {StoredEncoding.Remedy(encoding)}.") { Key = key, Provider = provider, Reason = cause };
    }
}
