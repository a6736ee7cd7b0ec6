namespace ImageStorage;

/// <summary>
/// Thrown when a transaction fails. The inner exception is the cause; <see cref="Outcome"/> says what is left of the
/// transaction.
/// </summary>
public sealed class TransactionFailedException : ImageStorageException
{
    /// <summary>Initializes a new instance.</summary>
    /// <param name="message">The message.</param>
    /// <param name="innerException">The cause.</param>
    public TransactionFailedException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <summary>
    /// Gets the id of the transaction in journals and logs; <see langword="null"/> if the transaction has no journal.
    /// </summary>
    public string? TransactionId { get; init; }

    /// <summary>Gets what is left of the transaction.</summary>
    public TransactionOutcome Outcome { get; init; }

    /// <summary>What became of each step.</summary>
    public IReadOnlyList<TransactionStepResult> Steps { get; init; } = [];

    /// <summary>
    /// Gets a value that indicates whether nothing is left of the transaction and the same call may succeed later.
    /// </summary>
    public override bool IsTransient => Outcome == TransactionOutcome.RolledBack && InnerException is ImageStorageException { IsTransient: true };
}
