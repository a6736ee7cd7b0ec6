namespace ImageStorage;

/// <summary>
/// The exception for a precondition that does not hold: the image has another version, exists already, or is missing.
/// Nothing was changed. Read the image again, and decide again.
/// </summary>
public sealed class ImageConflictException : ImageStorageException
{
    /// <summary>Creates the exception.</summary>
    public ImageConflictException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <summary>
    /// Gets the id of the transaction that holds or has changed the image; null if no transaction is known to be the
    /// cause. <see cref="ImageStorageException.IsTransient"/> says whether the call may succeed when it is repeated.
    /// </summary>
    public string? TransactionId { get; init; }

    /// <inheritdoc/>
    public override bool IsTransient => IsContention;

    /// <summary>
    /// Gets a value indicating whether another transaction was in the way, so that the same call may succeed later.
    /// </summary>
    internal bool IsContention { get; init; }

    /// <summary>Returns the exception for a precondition on an image.</summary>
    /// <param name="key">The image.</param>
    /// <param name="provider">The provider that evaluated the precondition.</param>
    /// <param name="current">The current version; null if there is no image.</param>
    public static ImageConflictException For(ImageKey key, string provider, ImageETag? current) =>
        new(current is { } etag
            ? $"The precondition on image '{key}' does not hold in {provider}: the image has version {etag}. Nothing was changed; read the image again and decide."
            : $"The precondition on image '{key}' does not hold in {provider}: there is no image. Nothing was changed; another caller may have deleted the image.")
        {
            Key = key,
            Provider = provider,
        };
}
