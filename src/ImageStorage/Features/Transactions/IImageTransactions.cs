namespace ImageStorage;

/// <summary>
/// Commits several images and history entries atomically. After a failure or a crash, either all changes are present or
/// none. Register the service with <c>WithTransactions()</c>. Thread-safe.
/// </summary>
/// <remarks>
/// <para>A provider that commits several images at once (LiteDB, in memory) shows all changes together. Other providers
/// use a journal and compensation: a reader may see one step done and another step not yet done.</para>
/// <para>Every change is conditional on the version read at the start. So a transaction never overwrites a concurrent
/// write, and a rollback never destroys a later write.</para>
/// <para>With fallbacks, transactions use the primary only.</para>
/// </remarks>
public interface IImageTransactions
{
    /// <summary>Executes steps as one transaction.</summary>
    /// <param name="steps">
    /// 1 to 1,000 steps; each image in at most one step. Actions and custom steps run at their position, image steps
    /// between two of them run concurrently, and history entries are appended last.
    /// </param>
    /// <param name="options">The options; <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">Rolls the transaction back and ends the call.</param>
    /// <returns>The result of each step. All changes are durable.</returns>
    /// <exception cref="ArgumentException">
    /// There is no step, or there are more than 1,000; a step is null, its action is not registered, or an option is
    /// out of range. Nothing was started.
    /// </exception>
    /// <exception cref="ImageValidationException">
    /// An image is in two steps, or a step breaks a rule. Nothing was started.
    /// </exception>
    /// <exception cref="StorageNotSupportedException">
    /// The provider can neither commit several images at once nor retain versions, or a layer of the store hides both
    /// abilities. Nothing was started.
    /// </exception>
    /// <exception cref="TransactionFailedException">
    /// The transaction failed. <see cref="TransactionFailedException.Outcome"/> says what is left; the inner exception
    /// is the cause.
    /// </exception>
    /// <exception cref="OperationCanceledException">
    /// The token was cancelled. The inner exception is a <see cref="TransactionFailedException"/> if the transaction
    /// had started.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The store was disposed.</exception>
    Task<TransactionResult> ExecuteAsync(IReadOnlyList<TransactionStep> steps, TransactionOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Executes the steps that a delegate adds. Nothing is written before the delegate has ended; if the delegate
    /// throws, nothing was started.
    /// </summary>
    /// <param name="compose">Adds the steps, and may read images to decide which steps to add.</param>
    /// <param name="options">The options; <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">Rolls the transaction back and ends the call.</param>
    /// <returns>The result of each step, in the order of their addition.</returns>
    /// <inheritdoc cref="ExecuteAsync(IReadOnlyList{TransactionStep}, TransactionOptions?, CancellationToken)" path="/exception"/>
    Task<TransactionResult> ExecuteAsync(Func<ImageTransaction, Task> compose, TransactionOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Rolls back the transactions of dead processes, retries the compensation of transactions in doubt, and removes
    /// retained versions that no transaction needs any more.
    /// </summary>
    /// <param name="waitForLeases">
    /// <see langword="true"/> to wait until the state of every owner is certain, for up to the longest lease of an owner;
    /// <see langword="false"/> to leave a transaction whose owner may be alive to a later call.
    /// </param>
    /// <param name="cancellationToken">Ends the call. Completed rollbacks stay.</param>
    /// <returns>The number of transactions found, by their state after the call.</returns>
    /// <exception cref="ImageStorageException">A transaction or a retained version could not be processed. The others were,
    /// unless many failed. Call the method again.</exception>
    Task<RecoveryResult> RecoverAsync(bool waitForLeases = false, CancellationToken cancellationToken = default);

    /// <summary>
    /// Returns one page of the undecided transactions: running in any process, left by a dead process, or in doubt.
    /// </summary>
    /// <param name="query">The page; <see langword="null"/> for the first 100 transactions.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <see cref="TransactionQuery.Limit"/> is not 1 to 1,000.
    /// </exception>
    /// <exception cref="ImageValidationException">The continuation token was not returned by this method.</exception>
    Task<TransactionPage> ListAsync(TransactionQuery? query = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Removes the journal of a transaction in doubt, and with it the versions that the transaction retains. Compensate
    /// the remaining steps by hand first.
    /// </summary>
    /// <param name="id">The <see cref="PendingTransaction.Id"/> of the transaction.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns><see langword="true"/> if the transaction existed; otherwise <see langword="false"/>.</returns>
    /// <exception cref="ImageValidationException">The id is not the id of a transaction.</exception>
    /// <exception cref="ImageConflictException">
    /// The transaction is not in doubt: another process may be working on it.
    /// </exception>
    Task<bool> DismissAsync(string id, CancellationToken cancellationToken = default);
}
