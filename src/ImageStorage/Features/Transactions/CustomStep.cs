namespace ImageStorage;

/// <summary>
/// Runs code of one's own. It can be undone as long as this process lives. After a crash nobody has the code: if the step may have begun, the transaction is in
/// doubt. Where that matters use an <see cref="ActionStep"/>.
/// </summary>
/// <param name="Execute">Does it.</param>
/// <param name="Compensate">Undoes it. Must be idempotent, and must succeed when nothing, or only a part, was done.</param>
public sealed record CustomStep(Func<CancellationToken, Task> Execute, Func<CancellationToken, Task> Compensate) : TransactionStep;
