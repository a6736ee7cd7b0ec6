namespace ImageStorage.Transactions;

/// <summary>Represents the result of the compensation of a step.</summary>
/// <param name="Step">The step.</param>
/// <param name="Status">
/// <see cref="TransactionStepStatus.NotDone"/>, <see cref="TransactionStepStatus.Compensated"/>,
/// <see cref="TransactionStepStatus.Superseded"/>, or <see cref="TransactionStepStatus.InDoubt"/> if the compensation
/// failed.
/// </param>
/// <param name="Error">The failure of the compensation.</param>
internal sealed record StepCompensation(JournalStep Step, TransactionStepStatus Status, Exception? Error = null);
