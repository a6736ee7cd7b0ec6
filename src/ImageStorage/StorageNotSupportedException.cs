namespace ImageStorage;

/// <summary>The provider cannot do what was asked, or the store was written by a newer version of the library.</summary>
public sealed class StorageNotSupportedException : ImageStorageException
{
    /// <summary>Makes the failure.</summary>
    public StorageNotSupportedException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <summary>Returns the failure of a read of an image whose stored bytes are not the bytes of the image, where no layer of the store undoes that. The message says what to open instead.</summary>
    /// <param name="key">The image.</param>
    /// <param name="provider">The provider that holds the record.</param>
    /// <param name="encoding">What the record says was done to the bytes.</param>
    public static StorageNotSupportedException ForEncoding(ImageKey key, string provider, ImageEncoding encoding)
    {
        ArgumentNullException.ThrowIfNull(encoding);
        var cause = StoredEncoding.Describe(encoding);
        return new StorageNotSupportedException($"Image '{key}' cannot be read from this store ({provider}): {cause}. To read the image, {StoredEncoding.Remedy(encoding)}.") { Key = key, Provider = provider, Reason = cause };
    }
}
