namespace ImageStorage;

/// <summary>
/// Runs two delegates of the application. Only this process can compensate the step. After a crash the transaction is
/// in doubt if the step may have started; use an <see cref="ActionStep"/> to avoid that.
/// </summary>
/// <param name="Execute">Executes the step.</param>
/// <param name="Compensate">
/// Compensates the step. Must be idempotent, and must succeed if nothing, or only a part, was done.
/// </param>
public sealed record CustomStep(Func<CancellationToken, Task> Execute, Func<CancellationToken, Task> Compensate) : TransactionStep;
