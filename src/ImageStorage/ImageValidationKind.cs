namespace ImageStorage;

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

    /// <summary>The byte range is empty or begins after the end of the image (HTTP: 416).</summary>
    InvalidRange,

    /// <summary>The file name, the metadata or the tags break a rule, or are too long together.</summary>
    InvalidMetadata,

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
