namespace ImageStorage;

/// <summary>
/// Something that an application does and undoes as a part of transactions, such as a row in a database of its own. Register it with
/// <c>WithTransactions().AddTransactionAction&lt;T&gt;()</c> in every process that runs transactions of the store, so that each can undo it.
/// </summary>
public interface ITransactionAction
{
    /// <summary>The name by which steps and journals call it: 1 to 64 characters, and the same for ever.</summary>
    string Name { get; }

    /// <summary>Does it. Called once in a transaction, unless a failure that says it is transient is repeated; so it should be idempotent.</summary>
    Task ExecuteAsync(string argument, CancellationToken cancellationToken);

    /// <summary>
    /// Undoes it. Must be idempotent, as it may be called more than once, by another process too; and must succeed when nothing, or only a part, was done.
    /// </summary>
    Task CompensateAsync(string argument, CancellationToken cancellationToken);
}
