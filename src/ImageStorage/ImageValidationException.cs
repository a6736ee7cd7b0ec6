namespace ImageStorage;

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
