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

/// <summary>
/// The exception for input that is not acceptable: a key, the bytes of an image, a declared type, a size, an option.
/// Nothing was written.
/// </summary>
public sealed class ImageValidationException : ImageStorageException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="kind">The rule that the input breaks.</param>
    /// <param name="message">What is refused, why, and what to do.</param>
    /// <param name="innerException">The cause, or null.</param>
    public ImageValidationException(ImageValidationKind kind, string message, Exception? innerException = null)
        : base(message, innerException) => Kind = kind;

    /// <summary>
    /// Gets the rule that the input breaks, so that an application can choose a status code or a text of its own.
    /// </summary>
    public ImageValidationKind Kind { get; }
}

/// <summary>
/// The rule that a refused input breaks; see <see cref="ImageValidationException.Kind"/>. A later version may add
/// members, so treat an unknown value like any other refused input (HTTP: 400).
/// </summary>
public enum ImageValidationKind
{
    /// <summary>The image has more bytes than the options or the provider allow (HTTP: 413).</summary>
    TooLarge,

    /// <summary>The image, or one of its frames, has more pixels than the options allow.</summary>
    TooManyPixels,

    /// <summary>The bytes are of a known type or of a variant that the store does not accept (HTTP: 415).</summary>
    UnsupportedType,

    /// <summary>The declared content type disagrees with the bytes (HTTP: 415).</summary>
    TypeMismatch,

    /// <summary>The bytes are not an image, or an image whose header is damaged or contradicts itself.</summary>
    NotAnImage,

    /// <summary>The source has fewer or more bytes than were declared.</summary>
    LengthMismatch,

    /// <summary>The image key breaks a rule of keys.</summary>
    InvalidKey,

    /// <summary>The file name, the metadata or the tags break a rule, or are too long together.</summary>
    InvalidMetadata,

    /// <summary>A property of the record has an invalid name, or the properties are too long together.</summary>
    InvalidProperties,

    /// <summary>The prefix or the continuation token of a listing is not valid.</summary>
    InvalidQuery,

    /// <summary>The text is not an ETag.</summary>
    InvalidETag,

    /// <summary>The name of a document is not valid, or its content is too large.</summary>
    InvalidDocument,

    /// <summary>The history entry or its id is not valid.</summary>
    InvalidHistory,

    /// <summary>The transaction, one of its steps or its id is not valid.</summary>
    InvalidTransaction,
}

/// <summary>
/// The exception for a range that selects no byte of an image: the range is empty, or begins at or after the end (HTTP:
/// 416).
/// </summary>
public sealed class ImageRangeException : ImageStorageException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What failed, and what to do.</param>
    /// <param name="length">The number of bytes of the image.</param>
    /// <param name="innerException">The cause, or null.</param>
    public ImageRangeException(string message, long length, Exception? innerException = null)
        : base(message, innerException) => Length = length;

    /// <summary>
    /// Gets the number of bytes of the image, such as for the header <c>Content-Range: bytes */5000</c> of an HTTP
    /// response.
    /// </summary>
    public long Length { get; }
}

/// <summary>
/// The exception for an update, a copy or a move of a missing image. Reads and deletes return <see langword="null"/> and
/// <see langword="false"/> instead.
/// </summary>
public sealed class ImageNotFoundException : ImageStorageException
{
    /// <summary>Creates the exception.</summary>
    public ImageNotFoundException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}

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

/// <summary>
/// The exception for a failure of the source stream of a save. <see cref="Exception.InnerException"/> is the exception
/// that the source threw, the same instance through all layers. The previous image is intact.
/// </summary>
/// <example>
/// A web application returns the status of a request body that Kestrel refuses, such as 413:
/// <code>catch (ImageSourceException failure) when (failure.InnerException is BadHttpRequestException refused) { return
/// Results.StatusCode(refused.StatusCode); }</code>
/// </example>
public sealed class ImageSourceException : ImageStorageException
{
    /// <summary>Creates the exception.</summary>
    public ImageSourceException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}

/// <summary>The exception for damaged stored data: missing, cut short or altered.</summary>
public class StorageCorruptedException : ImageStorageException
{
    /// <summary>Creates the exception.</summary>
    public StorageCorruptedException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}

/// <summary>The exception for damaged bytes or a damaged record of an image. Damaged data are never returned.</summary>
public sealed class ImageCorruptedException : StorageCorruptedException
{
    /// <summary>Creates the exception.</summary>
    public ImageCorruptedException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <summary>
    /// Gets a value that indicates whether the record is sound and the content is gone, rather than altered; the default
    /// is <see langword="false"/>.
    /// </summary>
    public bool IsContentMissing { get; init; }
}

/// <summary>
/// The exception for a full medium, an exhausted quota or a reached limit of the provider. Stored data are intact.
/// </summary>
public sealed class StorageFullException : ImageStorageException
{
    /// <summary>Creates the exception.</summary>
    public StorageFullException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}

/// <summary>
/// The exception for a provider that cannot be reached or used now: an outage, a timeout, missing permissions, a root
/// that is not a folder. The outcome of a write is unknown only if the message says so.
/// </summary>
public sealed class StorageUnavailableException : ImageStorageException
{
    private readonly bool _isTransient;

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What failed and what to do.</param>
    /// <param name="innerException">The cause.</param>
    /// <param name="isTransient">False if a setting or a permission must be changed first.</param>
    public StorageUnavailableException(string message, Exception? innerException = null, bool isTransient = true)
        : base(message, innerException) => _isTransient = isTransient;

    /// <inheritdoc/>
    public override bool IsTransient => _isTransient;
}

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
}
