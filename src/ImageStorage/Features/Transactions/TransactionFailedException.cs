namespace ImageStorage;

/// <summary>A transaction did not happen. The inner exception is what it failed of; <see cref="Outcome"/> says what is left of it.</summary>
public sealed class TransactionFailedException : ImageStorageException
{
    /// <summary>Makes the failure.</summary>
    public TransactionFailedException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <summary>The name of the transaction in journals and logs.</summary>
    public string? TransactionId { get; init; }

    /// <summary>What is left of it.</summary>
    public TransactionOutcome Outcome { get; init; }

    /// <summary>What became of each step.</summary>
    public IReadOnlyList<TransactionStepResult> Steps { get; init; } = [];

    /// <summary>Is nothing left of it, and what it failed of may pass by itself?</summary>
    public override bool IsTransient => Outcome == TransactionOutcome.RolledBack && InnerException is ImageStorageException { IsTransient: true };
}
