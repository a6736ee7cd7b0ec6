namespace ImageStorage;

/// <summary>
/// Specifies how an operation ended. The last four members are errors; all others are normal answers of a store that works.
/// </summary>
public enum OperationOutcome
{
    /// <summary>The operation succeeded.</summary>
    Success,

    /// <summary>There is no such image.</summary>
    NotFound,

    /// <summary>A precondition did not hold, or another transaction was in the way.</summary>
    Conflict,

    /// <summary>The input was refused: a key, an image, a range, an option, or a source that failed.</summary>
    Invalid,

    /// <summary>The caller cancelled the operation.</summary>
    Cancelled,

    /// <summary>An error: a provider was unavailable.</summary>
    Unavailable,

    /// <summary>An error: a medium or a quota was full.</summary>
    Full,

    /// <summary>An error: stored data were damaged.</summary>
    Corrupted,

    /// <summary>Any other error.</summary>
    Error,
}
