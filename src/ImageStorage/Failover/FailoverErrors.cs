using ImageStorage.Errors;
using Polly.CircuitBreaker;

namespace ImageStorage.Failover;

/// <summary>The failures that only a store with a fallback has.</summary>
internal static class FailoverErrors
{
    /// <summary>The primary is down, and the fallback does not hold the image: whether it exists, nobody can say.</summary>
    public static StorageUnavailableException NotHeld(ImageKey? key, string primary, string fallback, StorageUnavailableException cause) => new(
        $"{Subject(key)} cannot be read: the primary {primary} is down, and the fallback {fallback} does not hold what is asked for, so nobody knows whether it exists. Try again later. {primary}: {cause.Message}",
        cause)
    {
        Key = key,
        Provider = primary,
    };

    /// <summary>A listing that leaves out what the primary holds would be taken for all there is.</summary>
    public static StorageUnavailableException NotListed(string primary, string fallback, StorageUnavailableException cause) => new(
        $"The store cannot be listed or measured: that takes the primary {primary} and, while something waits there, the fallback {fallback}. Try again later. {cause.Message}", cause)
    {
        Provider = primary,
    };

    /// <summary>Only the primary could have judged the precondition.</summary>
    public static StorageUnavailableException NotJudged(ImageKey key, string primary, StorageUnavailableException cause) => new(
        $"The precondition on image '{key}' cannot be judged: the primary {primary} is down. Whether the write had its effect there is unknown; read the image when it is back, and decide. {cause.Message}",
        cause)
    {
        Key = key,
        Provider = primary,
    };

    /// <summary>Nothing that could do it is there.</summary>
    public static StorageUnavailableException AllDown(ImageKey? key, string primary, StorageUnavailableException? primaryCause, string fallback, StorageUnavailableException fallbackCause) => new(
        primaryCause is null
            ? $"{Subject(key)} is not available: the fallback {fallback}, which may hold a newer state than the primary {primary}, cannot be asked. Mend it, or try again later. {fallback}: {fallbackCause.Message}"
            : $"{Subject(key)} is not available, and whether a write had its effect is unknown: all providers are down. Mend one of them, or try again later. 1. {primary}: {primaryCause.Message} 2. {fallback}: {fallbackCause.Message}",
        primaryCause is null ? fallbackCause : new AggregateException(primaryCause, fallbackCause),
        (primaryCause?.IsTransient ?? false) || fallbackCause.IsTransient)
    {
        Key = key,
        Provider = primary,
    };

    /// <summary>The primary has just failed a write, and was not asked again.</summary>
    public static StorageUnavailableException NotAsked(string primary, StorageUnavailableException cause) => new(
        $"{primary} was not asked: it has failed a write before, and has not taken one since. {cause.Message}", new BrokenCircuitException("The primary has failed a write.", cause), cause.IsTransient)
    {
        Provider = primary,
    };

    public static StorageUnavailableException NotRepeatable(ImageKey key, string primary, StorageUnavailableException cause) => new(
        $"Image '{key}' was not saved for certain: the primary {primary} is down, and the source cannot be read again for the fallback (it does not seek and is over SpoolLimit). Save it again from the start. {cause.Message}",
        cause)
    {
        Key = key,
        Provider = primary,
    };

    public static StorageUnavailableException BacklogFull(ImageKey key, string primary, int limit, StorageUnavailableException? cause) => new(
        $"The write of image '{key}' cannot be handed to the fallback: {limit} images wait there already (FailoverOptions.MaxBacklog). Bring the primary {primary} back, or allow more.", cause)
    {
        Key = key,
        Provider = primary,
    };

    public static StorageUnavailableException Contended(ImageKey key, string primary) => new(
        $"Image '{key}' is being written by others too often; the call gave up. Try again.")
    {
        Key = key,
        Provider = primary,
    };

    public static ImageCorruptedException Lost(HandoffHint hint, string fallback) => new(
        $"Image '{hint.Key}' is damaged: the fallback {fallback} notes that it holds the newest version, and does not. Save it anew, or delete it.")
    {
        Key = hint.Key,
        Provider = fallback,
    };

    public static StorageNotSupportedException SameStore(string primary, string fallback) => new(
        $"The primary ({primary}) and the fallback ({fallback}) are one and the same store, so nothing would be gained when it fails. Give the fallback a place of its own.")
    {
        Provider = primary,
    };

    /// <summary>A failure about the fallback's own key as one about the caller's.</summary>
    public static ImageStorageException OfFallback(ImageStorageException exception, HandoffHint hint)
    {
        var message = exception.Message.Replace(hint.BlobKey.Value, hint.Key.Value, StringComparison.Ordinal);
        return exception switch
        {
            ImageCorruptedException => new ImageCorruptedException(message, exception) { Key = hint.Key, Provider = exception.Provider, Reason = exception.Reason },
            ImageValidationException => new ImageValidationException(message, exception) { Key = hint.Key, Provider = exception.Provider, Reason = exception.Reason },
            _ => exception,
        };
    }

    private static string Subject(ImageKey? key) => key is { } image ? $"Image '{image}'" : "The store";
}
