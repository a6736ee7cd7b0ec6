namespace ImageStorage;

/// <summary>
/// Defines an action that an application executes and compensates as a step of transactions, such as a row in its own
/// database. Register the action with <c>WithTransactions().AddTransactionAction&lt;T&gt;()</c> in every process that
/// runs transactions of the store, because any of them may have to compensate the action. Implementations must be
/// thread-safe.
/// </summary>
public interface ITransactionAction
{
    /// <summary>
    /// Gets the name of the action in steps and journals: 1 to 64 characters. Never change the name, because journals
    /// contain it.
    /// </summary>
    string Name { get; }

    /// <summary>
    /// Executes the action. Called once per step, and again after a transient
    /// <see cref="StorageUnavailableException"/>; so the action should be idempotent.
    /// </summary>
    /// <param name="argument">The argument of the step.</param>
    /// <param name="cancellationToken">Cancelled at the end of the transaction's time, or by its caller.</param>
    Task ExecuteAsync(string argument, CancellationToken cancellationToken);

    /// <summary>
    /// Compensates the action. Must be idempotent, because several calls are possible, also by another process; and
    /// must succeed if nothing, or only a part, was done.
    /// </summary>
    /// <param name="argument">The argument of the step.</param>
    /// <param name="cancellationToken">Cancelled at the end of the time for the rollback.</param>
    Task CompensateAsync(string argument, CancellationToken cancellationToken);
}
