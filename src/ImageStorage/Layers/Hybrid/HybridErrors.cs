using ImageStorage.Providers;

namespace ImageStorage.Hybrid;

/// <summary>
/// Failures of the two halves as failures of the whole: of the same type, about the key that the caller knows, with the
/// name of the store that the caller uses. The failure of the half is the inner exception.
/// </summary>
internal static class HybridErrors
{
    /// <summary>Is it a failure of a half? Those of the caller's own source are passed on as they are.</summary>
    public static bool IsOfHalf(ImageStorageException exception) =>
        exception.Provider is not null and not HybridImageProvider.ProviderName
        || (exception.Key is { } key && ContentReference.TryParseKey(key.Value, out _));

    public static ImageStorageException OfCatalog(ImageStorageException exception, ImageKey? key) => Translate(
        exception, key, key is null ? $"The catalog of {HybridImageProvider.ProviderName} failed: {exception.Message}" : $"Image '{key}' in {HybridImageProvider.ProviderName}, by its catalog: {exception.Message}");

    public static ImageStorageException OfContent(ImageStorageException exception, ImageKey? key) => Translate(
        exception, key, key is null ? $"The content store of {HybridImageProvider.ProviderName} failed: {exception.Message}" : $"Image '{key}' in {HybridImageProvider.ProviderName}, by its content store: {exception.Message}");

    public static ImageCorruptedException Lost(ImageKey key, ContentReference reference) => Damaged(
        key, $"its {reference.Length} bytes are missing in the content store, where they should be '{reference.Key}'");

    public static ImageCorruptedException Damaged(ImageKey key, string what) =>
        new($"Image '{key}' in {HybridImageProvider.ProviderName} is damaged: {what}. Restore it from a copy, or delete it.") { Key = key, Provider = HybridImageProvider.ProviderName, Reason = what };

    private static ImageStorageException Translate(ImageStorageException exception, ImageKey? key, string message)
    {
        const string Provider = HybridImageProvider.ProviderName;
        var reason = exception.Reason;
        return exception switch
        {
            ImageConflictException => new ImageConflictException(message, exception) { Key = key, Provider = Provider, Reason = reason },
            ImageCorruptedException => new ImageCorruptedException(message, exception) { Key = key, Provider = Provider, Reason = reason },
            StorageCorruptedException => new StorageCorruptedException(message, exception) { Key = key, Provider = Provider, Reason = reason },
            ImageNotFoundException => new ImageNotFoundException(message, exception) { Key = key, Provider = Provider, Reason = reason },
            ImageValidationException refusal => new ImageValidationException(refusal.Kind, message, exception) { Key = key, Provider = Provider, Reason = reason },
            StorageFullException => new StorageFullException(message, exception) { Key = key, Provider = Provider, Reason = reason },
            StorageNotSupportedException => new StorageNotSupportedException(message, exception) { Key = key, Provider = Provider, Reason = reason },
            StorageUnavailableException => new StorageUnavailableException(message, exception, exception.IsTransient) { Key = key, Provider = Provider, Reason = reason },

            // A kind that somebody else's provider has added says more by its type than a message of ours would.
            _ => exception,
        };
    }
}
