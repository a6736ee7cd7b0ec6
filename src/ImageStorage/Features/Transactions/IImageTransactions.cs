namespace ImageStorage;

/// <summary>
/// Stores several images and history entries as one act: whatever happens, crashes included, afterwards all of it is there or none. How it works, and what it
/// does not promise, stands in docs/design/transactions.md. Register it with <c>WithTransactions()</c>.
/// </summary>
public interface IImageTransactions
{
    /// <summary>Runs steps as one transaction.</summary>
    /// <param name="steps">1 to 1,000 steps; each image in one step at most. Custom steps run in their place; image steps between two of them run at the same time, and history is appended last.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="cancellationToken">Undoes what was done, and ends the call.</param>
    /// <returns>What each step did. All of it is there and durable.</returns>
    /// <exception cref="ArgumentException">There is no step, or there are more than 1,000; a step is null, its action is not registered, or an option is out of range. Nothing was begun.</exception>
    /// <exception cref="ImageValidationException">An image is in two steps, or a step breaks a rule. Nothing was begun.</exception>
    /// <exception cref="StorageNotSupportedException">The provider can neither commit several images at once nor keep versions. Nothing was begun.</exception>
    /// <exception cref="TransactionFailedException">It did not happen: see <see cref="TransactionFailedException.Outcome"/> and the cause inside.</exception>
    Task<TransactionResult> ExecuteAsync(IReadOnlyList<TransactionStep> steps, TransactionOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Runs what a delegate puts together. Nothing is written before the delegate has ended; when it throws, nothing was begun.</summary>
    /// <param name="compose">Adds the steps. It may read images to decide which.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="cancellationToken">Undoes what was done, and ends the call.</param>
    /// <returns>What each step did, in the order in which they were added.</returns>
    /// <inheritdoc cref="ExecuteAsync(IReadOnlyList{TransactionStep}, TransactionOptions?, CancellationToken)" path="/exception"/>
    Task<TransactionResult> ExecuteAsync(Func<ImageTransaction, Task> compose, TransactionOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Undoes what processes that died have left, tries again what could not be undone before, and lets go of versions that nobody needs any more.</summary>
    /// <param name="waitForLeases">
    /// Wait as long as a lease lasts to find out whether the owner of a transaction is alive? Otherwise a transaction whose owner has not been seen dead yet is
    /// left to a later call.
    /// </param>
    /// <param name="cancellationToken">Ends the call; what was undone stays so.</param>
    Task<RecoveryResult> RecoverAsync(bool waitForLeases = false, CancellationToken cancellationToken = default);

    /// <summary>
    /// Returns one page of the transactions that are not decided: those that run in any process, those that a dead process has left, and those whose
    /// compensation failed.
    /// </summary>
    /// <param name="query">The page; null for the first 100 transactions.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="ArgumentOutOfRangeException"><see cref="TransactionQuery.Limit"/> is not 1 to 1,000.</exception>
    /// <exception cref="ImageValidationException">The continuation token was not returned by this method.</exception>
    Task<TransactionPage> ListAsync(TransactionQuery? query = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Forgets a transaction in doubt, after a person has seen to what could not be undone: its journal goes, and with it the versions that it kept.
    /// </summary>
    /// <returns>False when there is no such transaction.</returns>
    /// <exception cref="ImageConflictException">It is not in doubt: somebody may be working on it.</exception>
    Task<bool> DismissAsync(string id, CancellationToken cancellationToken = default);
}
