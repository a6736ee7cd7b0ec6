using ImageStorage.Providers;

namespace ImageStorage.Hybrid;

/// <summary>
/// Reports failures of the parts as failures of the hybrid store: with the same type, under the key of the caller, and
/// with the name of the hybrid store. The failure of the part is the inner exception.
/// </summary>
internal static class HybridErrors
{
    /// <summary>Returns whether a failure comes from a part. Failures of the caller's source pass unchanged.</summary>
    public static bool IsFromPart(ImageStorageException exception) =>
        exception.Provider is not null and not HybridImageProvider.ProviderName
        || (exception.Key is { } key && ContentReference.TryParseKey(key.Value, out _));

    public static ImageStorageException FromCatalog(ImageStorageException exception, ImageKey? key) => Translate(
        exception, key, key is null ? $"The catalog of {HybridImageProvider.ProviderName} failed: {exception.Message}" : $"Image '{key}' in {HybridImageProvider.ProviderName}, catalog: {exception.Message}");

    public static ImageStorageException FromContent(ImageStorageException exception, ImageKey? key) => Translate(
        exception, key, key is null ? $"The content store of {HybridImageProvider.ProviderName} failed: {exception.Message}" : $"Image '{key}' in {HybridImageProvider.ProviderName}, content store: {exception.Message}");

    public static ImageCorruptedException Lost(ImageKey key, ContentReference reference) => Damaged(
        key, $"the {reference.Length} bytes '{reference.Key}' are missing in the content store", isContentMissing: true);

    public static ImageCorruptedException Damaged(ImageKey key, string reason, bool isContentMissing = false) =>
        new($"Image '{key}' in {HybridImageProvider.ProviderName} is damaged: {reason}. Restore the image from a backup, or delete the image.") { Key = key, Provider = HybridImageProvider.ProviderName, Reason = reason, IsContentMissing = isContentMissing };

    private static ImageStorageException Translate(ImageStorageException exception, ImageKey? key, string message)
    {
        const string Provider = HybridImageProvider.ProviderName;
        var reason = exception.Reason;
        return exception switch
        {
            ImageConflictException conflict => new ImageConflictException(message, exception)
            {
                Key = key,
                Provider = Provider,
                Reason = reason,
                CurrentETag = conflict.CurrentETag,
                TransactionId = conflict.TransactionId,
                IsContention = conflict.IsContention,
            },
            ImageCorruptedException damage => new ImageCorruptedException(message, exception) { Key = key, Provider = Provider, Reason = reason, IsContentMissing = damage.IsContentMissing },
            StorageCorruptedException => new StorageCorruptedException(message, exception) { Key = key, Provider = Provider, Reason = reason },
            ImageNotFoundException => new ImageNotFoundException(message, exception) { Key = key, Provider = Provider, Reason = reason },
            ImageRangeException range => new ImageRangeException(message, range.Length, exception) { Key = key, Provider = Provider, Reason = reason },
            ImageValidationException refusal => new ImageValidationException(refusal.Kind, message, exception) { Key = key, Provider = Provider, Reason = reason },
            StorageFullException => new StorageFullException(message, exception) { Key = key, Provider = Provider, Reason = reason },
            StorageNotSupportedException => new StorageNotSupportedException(message, exception) { Key = key, Provider = Provider, Reason = reason },
            StorageUnavailableException => new StorageUnavailableException(message, exception, exception.IsTransient) { Key = key, Provider = Provider, Reason = reason },

            // A type that another package has added says more than a message of this provider.
            _ => exception,
        };
    }
}
