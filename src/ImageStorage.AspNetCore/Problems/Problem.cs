using Microsoft.AspNetCore.Http;

namespace ImageStorage.AspNetCore.Problems;

/// <summary>A problem of one request: its kind, and what a client may know about the cause.</summary>
/// <param name="Type">The kind.</param>
/// <param name="Detail">The cause and the remedy; null if the cause is no concern of the client.</param>
internal readonly record struct Problem(ProblemType Type, string? Detail)
{
    /// <summary>Gets the number of bytes of the image whose range cannot be satisfied; otherwise null.</summary>
    public long? Length { get; private init; }

    /// <summary>
    /// Returns the problem of an exception; null for an exception that is not a failure of a store or of a request.
    /// Problems of the server have no detail.
    /// </summary>
    public static Problem? Of(Exception exception) => exception switch
    {
        RequestRefusedException refused => new Problem(refused.Type, refused.Message),
        BadHttpRequestException request => OfServer(request),
        ImageSourceException source => OfSource(source),
        TransactionFailedException { Outcome: TransactionOutcome.RolledBack, InnerException: { } cause } => Of(cause),
        ImageStorageException failure => OfStore(failure),
        _ => null,
    };

    private static Problem OfStore(ImageStorageException exception) => exception switch
    {
        ImageValidationException validation => new Problem(TypeOf(validation.Kind), validation.Message),
        ImageRangeException range => new Problem(ProblemType.RangeNotSatisfiable, range.Message) { Length = range.Length },
        ImageNotFoundException => new Problem(ProblemType.NotFound, exception.Message),
        ImageConflictException { IsTransient: true } => new Problem(ProblemType.Conflict, exception.Message),
        ImageConflictException => new Problem(ProblemType.ConditionFailed, exception.Message),
        StorageFullException => new Problem(ProblemType.StorageFull, null),
        StorageUnavailableException => new Problem(ProblemType.Unavailable, null),
        StorageCorruptedException => new Problem(ProblemType.Damaged, null),
        _ => new Problem(ProblemType.Failed, null),
    };

    private static ProblemType TypeOf(ImageValidationKind kind) => kind switch
    {
        ImageValidationKind.TooLarge => ProblemType.TooLarge,
        ImageValidationKind.UnsupportedType or ImageValidationKind.TypeMismatch => ProblemType.UnsupportedType,
        ImageValidationKind.InvalidKey => ProblemType.InvalidKey,
        ImageValidationKind.InvalidETag => ProblemType.InvalidCondition,
        ImageValidationKind.InvalidMetadata => ProblemType.InvalidName,
        ImageValidationKind.LengthMismatch => ProblemType.UploadIncomplete,
        ImageValidationKind.NotAnImage or ImageValidationKind.TooManyPixels => ProblemType.InvalidImage,
        _ => ProblemType.InvalidRequest,
    };

    private static Problem OfSource(ImageSourceException exception) => exception.InnerException switch
    {
        RequestRefusedException or BadHttpRequestException => Of(exception.InnerException)!.Value,
        _ => new Problem(ProblemType.UploadIncomplete, "The body of the request could not be read to its end: send the image again."),
    };

    private static Problem OfServer(BadHttpRequestException exception) => exception.StatusCode switch
    {
        StatusCodes.Status413PayloadTooLarge => new Problem(ProblemType.TooLarge, "The body of the request is larger than the server accepts."),
        StatusCodes.Status408RequestTimeout => new Problem(ProblemType.UploadTimeout, "The body of the request arrived too slowly: send the image again."),
        _ => new Problem(ProblemType.UploadIncomplete, "The body of the request ended too early or is not valid: send the image again."),
    };
}
