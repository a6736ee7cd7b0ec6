namespace ImageStorage;

/// <summary>A precondition did not hold: the image is in another version than the caller believed, there already, or gone. Nothing was changed; read again and decide.</summary>
public sealed class ImageConflictException : ImageStorageException
{
    /// <summary>Makes the failure.</summary>
    public ImageConflictException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <summary>
    /// Gets the id of the transaction that holds or has changed the image; null if no transaction is known to be the cause. <see cref="ImageStorageException.IsTransient"/>
    /// says whether the call may succeed when it is repeated.
    /// </summary>
    public string? TransactionId { get; init; }

    /// <inheritdoc/>
    public override bool IsTransient => IsContention;

    /// <summary>Gets a value indicating whether another transaction was in the way, so that the same call may succeed later.</summary>
    internal bool IsContention { get; init; }

    /// <summary>The failure of a precondition of an image.</summary>
    /// <param name="key">The image.</param>
    /// <param name="provider">The provider that judged.</param>
    /// <param name="current">The version that is there; null for none.</param>
    public static ImageConflictException For(ImageKey key, string provider, ImageETag? current) =>
        new(current is { } etag
            ? $"The precondition on image '{key}' does not hold in {provider}: there is an image, in version {etag}. Nothing was changed; read it again and decide."
            : $"The precondition on image '{key}' does not hold in {provider}: there is no such image. Nothing was changed; it may have been deleted meanwhile.")
        {
            Key = key,
            Provider = provider,
        };
}
