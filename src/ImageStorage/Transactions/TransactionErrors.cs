using ImageStorage.Errors;

namespace ImageStorage.Transactions;

/// <summary>The failure of a transaction.</summary>
internal static class TransactionErrors
{
    /// <summary>A call that its caller cancelled ends with the cancellation, with the failure inside.</summary>
    public static Exception Failed(string provider, TransactionPlan plan, string? id, TransactionOutcome outcome, string left, Exception? cause, CancellationToken cancellationToken)
    {
        var failure = new TransactionFailedException($"The transaction{(id is null ? string.Empty : $" {id}")} failed in {provider}, and {left}. It failed because: {cause?.Message}", cause)
        {
            Key = (cause as ImageStorageException)?.Key,
            Provider = provider,
            TransactionId = id,
            Outcome = outcome,
            Steps = plan.ToResults(),
        };
        return cause is OperationCanceledException && cancellationToken.IsCancellationRequested ? new OperationCanceledException(failure.Message, failure, cancellationToken) : failure;
    }
}
