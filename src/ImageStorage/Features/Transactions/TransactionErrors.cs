namespace ImageStorage.Transactions;

/// <summary>Creates the failures of transactions.</summary>
internal static class TransactionErrors
{
    /// <summary>Returns the failure for an image that another transaction holds.</summary>
    public static ImageConflictException Held(JournalOverlap other, string provider) => new(
        $"Image '{other.Key}' is held by transaction {other.Transaction} of {(other.IsLocal ? "this process" : "another process")} in {provider}, {Describe(other.State)}. Nothing was changed. Try again later, or raise TransactionOptions.ContentionTimeout.")
    {
        Key = other.Key,
        Provider = provider,
        TransactionId = other.Transaction,
        IsContention = true,
    };

    /// <summary>
    /// Returns the failure for an image that another transaction has changed, or may have changed, since the first
    /// read.
    /// </summary>
    /// <param name="key">The image.</param>
    /// <param name="provider">The provider.</param>
    /// <param name="current">The current version; <see langword="null"/> if the image does not exist.</param>
    public static ImageConflictException ChangedByTransaction(ImageKey key, string provider, ImageETag? current) => new(
        TransactionVersion.TransactionOf(current) is { } other
            ? $"Image '{key}' was changed by transaction {other} in {provider} after this transaction had read the image. The change stays. Try again later, or raise TransactionOptions.ContentionTimeout."
            : $"Image '{key}' was {(current is null ? "deleted" : "restored")} in {provider} after this transaction had read the image, probably by another transaction. The change stays. Try again later, or raise TransactionOptions.ContentionTimeout.")
    {
        Key = key,
        Provider = provider,
        CurrentETag = current,
        TransactionId = TransactionVersion.TransactionOf(current),
        IsContention = true,
    };

    /// <summary>Returns the failure for an image that a write outside of transactions has changed.</summary>
    public static ImageConflictException ChangedOutside(ImageKey key, string provider, ImageETag? current) => new(
        $"Image '{key}' was changed in {provider} by a write outside of transactions while this transaction ran. That change stays. Read the image again, and decide whether to repeat the transaction.")
    {
        Key = key,
        Provider = provider,
        CurrentETag = current,
    };

    /// <summary>
    /// Returns the failure for an image that the step would replace or delete, and whose damaged record a rollback could
    /// not restore.
    /// </summary>
    public static ImageCorruptedException NotRestorable(PlannedStep step, string provider, ImageCorruptedException damage) => new(
        $"Image '{step.Key}' in {provider} is damaged ({damage.Reason ?? damage.Message}), so a rollback could not restore the image. Nothing was changed. Delete the image '{step.Key}' first"
        + (step.IsMove ? $", then move '{step.SourceKey}' again; or call CopyAsync, which replaces a damaged image, and delete the original." : ", then repeat the transaction."),
        damage)
    {
        Key = step.Key,
        Provider = provider,
        Reason = damage.Reason,
    };

    /// <summary>
    /// Returns the failure of a transaction. A cancelled call ends with <see cref="OperationCanceledException"/>, with
    /// the failure inside.
    /// </summary>
    public static Exception Failed(string provider, TransactionPlan plan, string? id, TransactionOutcome outcome, string state, Exception? cause, CancellationToken cancellationToken)
    {
        var failure = new TransactionFailedException($"The transaction{(id is null ? string.Empty : $" {id}")} failed in {provider}, and {state}. It failed because: {cause?.Message}", cause)
        {
            Key = (cause as ImageStorageException)?.Key,
            Provider = provider,
            TransactionId = id,
            Outcome = outcome,
            Steps = plan.ToResults(),
        };
        return cause is OperationCanceledException && cancellationToken.IsCancellationRequested ? new OperationCanceledException(failure.Message, failure, cancellationToken) : failure;
    }

    private static string Describe(TransactionState state) => state switch
    {
        TransactionState.Compensating => "which is being rolled back",
        TransactionState.InDoubt => "which is in doubt: see IImageTransactions.ListAsync for the reason",
        TransactionState.Unreadable => "whose journal this version of the library cannot read",
        _ => "which has not ended",
    };
}
