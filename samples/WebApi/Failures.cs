using ImageStorage;

/// <summary>Maps the failures of a request to HTTP.</summary>
internal static class Failures
{
    /// <summary>Returns the status code that a client receives for a failure.</summary>
    public static int StatusOf(Exception exception) => CauseOf(exception) switch
    {
        ImageValidationException { Kind: ImageValidationKind.TooLarge } => 413,
        ImageValidationException { Kind: ImageValidationKind.UnsupportedType or ImageValidationKind.TypeMismatch } => 415,
        ImageValidationException => 400,
        ImageRangeException => 416,
        ImageNotFoundException => 404,
        ImageConflictException { IsTransient: true } => 409,
        ImageConflictException => 412,
        BadHttpRequestException request => request.StatusCode,
        ImageSourceException { InnerException: BadHttpRequestException request } => request.StatusCode,
        ImageSourceException => 400,
        StorageFullException => 507,
        StorageUnavailableException => 503,
        _ => 500,
    };

    /// <summary>Returns the cause of a transaction that was rolled back; otherwise the exception itself.</summary>
    public static Exception CauseOf(Exception exception) =>
        exception is TransactionFailedException { Outcome: TransactionOutcome.RolledBack, InnerException: { } cause } ? cause : exception;
}
