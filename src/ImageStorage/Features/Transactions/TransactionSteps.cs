namespace ImageStorage;

/// <summary>
/// Represents one step of a transaction: <see cref="SaveStep"/>, <see cref="DeleteStep"/>, <see cref="UpdateStep"/>,
/// <see cref="CopyStep"/>, <see cref="MoveStep"/>, <see cref="AppendStep"/>, <see cref="ActionStep"/> or
/// <see cref="CustomStep"/>.
/// </summary>
public abstract record TransactionStep
{
    private protected TransactionStep()
    {
    }
}

/// <summary>Saves an image.</summary>
/// <param name="Request">The key, the source and the options.</param>
public sealed record SaveStep(SaveRequest Request) : TransactionStep;

/// <summary>Changes the metadata, tags or file name of an image.</summary>
/// <param name="Key">The key of the image.</param>
/// <param name="Update">The change.</param>
public sealed record UpdateStep(ImageKey Key, ImageUpdate Update) : TransactionStep;

/// <summary>Deletes an image. Deleting an image that does not exist succeeds.</summary>
/// <param name="Key">The key of the image.</param>
/// <param name="Options">The options, such as a precondition; <see langword="null"/> for the defaults.</param>
public sealed record DeleteStep(ImageKey Key, DeleteOptions? Options = null) : TransactionStep;

/// <summary>Copies an image to another key, as <see cref="IImageStorage.CopyAsync"/> does.</summary>
/// <param name="Source">The key of the image to copy.</param>
/// <param name="Target">The key of the copy.</param>
/// <param name="Options">The preconditions; <see langword="null"/> for none.</param>
public sealed record CopyStep(ImageKey Source, ImageKey Target, CopyOptions? Options = null) : TransactionStep;

/// <summary>Moves an image to another key, as <see cref="IImageStorage.MoveAsync"/> does.</summary>
/// <param name="Source">The key of the image to move.</param>
/// <param name="Target">The new key.</param>
/// <param name="Options">The preconditions; <see langword="null"/> for none.</param>
public sealed record MoveStep(ImageKey Source, ImageKey Target, CopyOptions? Options = null) : TransactionStep;

/// <summary>Appends an entry to the history. The entry exists exactly when the transaction is committed.</summary>
/// <param name="Entry">The entry.</param>
public sealed record AppendStep(HistoryEntry Entry) : TransactionStep;

/// <summary>
/// Runs a registered <see cref="ITransactionAction"/>. Every process with the same registration can compensate the
/// step, also after a crash.
/// </summary>
/// <param name="Action">The <see cref="ITransactionAction.Name"/> of the action.</param>
/// <param name="Argument">
/// The argument of the action, such as an id: at most 4,096 characters. The journal contains the argument, so do not
/// put secrets into it.
/// </param>
public sealed record ActionStep(string Action, string Argument = "") : TransactionStep;

/// <summary>
/// Runs two delegates of the application. Only this process can compensate the step. After a crash the transaction is
/// in doubt if the step may have started; use an <see cref="ActionStep"/> to avoid that.
/// </summary>
/// <param name="Execute">Executes the step.</param>
/// <param name="Compensate">
/// Compensates the step. Must be idempotent, and must succeed if nothing, or only a part, was done.
/// </param>
public sealed record CustomStep(Func<CancellationToken, Task> Execute, Func<CancellationToken, Task> Compensate) : TransactionStep;
