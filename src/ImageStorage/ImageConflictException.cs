namespace ImageStorage;

/// <summary>
/// The exception for a precondition that does not hold: the image has another version, exists already, or is missing.
/// Nothing was changed. Read the image again, and decide again.
/// </summary>
public sealed class ImageConflictException : ImageStorageException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What failed, and what to do.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    public ImageConflictException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <summary>
    /// Gets the version of the image at the time of the refusal; null if there is no image or the version is unknown. The
    /// version may change again before the next call.
    /// </summary>
    public ImageETag? CurrentETag { get; init; }

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
}
