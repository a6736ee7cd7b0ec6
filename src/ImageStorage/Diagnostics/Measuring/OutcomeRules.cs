namespace ImageStorage.Diagnostics.Measuring;

/// <summary>Determines the outcome of an operation, and its name in metrics.</summary>
internal static class OutcomeRules
{
    public const int Count = (int)OperationOutcome.Error + 1;

    private static readonly string[] Names = ["success", "not_found", "conflict", "invalid", "cancelled", "unavailable", "full", "corrupted", "error"];

    /// <summary>Returns whether an outcome counts as an error in rates and alerts.</summary>
    public static bool IsError(OperationOutcome outcome) => outcome >= OperationOutcome.Unavailable;

    /// <summary>Returns the value of the tag <c>outcome</c>.</summary>
    public static string NameOf(OperationOutcome outcome) => Names[(int)outcome];

    /// <summary>Returns the outcome of an operation that returned a result.</summary>
    public static OperationOutcome OfResult<TResult>(TResult result) => result is null or false ? OperationOutcome.NotFound : OperationOutcome.Success;

    /// <summary>Returns the outcome of an operation that threw an exception.</summary>
    public static OperationOutcome Of(Exception exception) => exception switch
    {
        OperationCanceledException => OperationOutcome.Cancelled,
        ImageNotFoundException => OperationOutcome.NotFound,
        ImageConflictException => OperationOutcome.Conflict,
        ImageValidationException or ImageRangeException or ImageSourceException or ArgumentException => OperationOutcome.Invalid,
        StorageUnavailableException => OperationOutcome.Unavailable,
        StorageFullException => OperationOutcome.Full,
        StorageCorruptedException => OperationOutcome.Corrupted,

        // Such as a transaction that was rolled back, because one of its steps failed.
        ImageStorageException { InnerException: ImageStorageException cause } => Of(cause),
        _ => OperationOutcome.Error,
    };
}
