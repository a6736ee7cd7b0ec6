namespace ImageStorage;

/// <summary>
/// The base of all exceptions of the library. The type is the kind of failure. The message says what failed, on which
/// key and provider, and what to do. Messages contain no secrets, no signed URLs and no absolute paths.
/// </summary>
public abstract class ImageStorageException : Exception
{
    /// <summary>Creates the exception.</summary>
    protected ImageStorageException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <summary>Gets the key of the failed call; null if the call concerned no single image.</summary>
    public ImageKey? Key { get; init; }

    /// <summary>
    /// Gets the cause as a clause without subject and remedy; null if the message has no such clause.
    /// </summary>
    public string? Reason { get; init; }

    /// <summary>Gets the name of the provider that failed; null if no provider failed.</summary>
    public string? Provider { get; init; }

    /// <summary>Gets a value indicating whether the same call may succeed later without a change.</summary>
    public virtual bool IsTransient => false;
}
