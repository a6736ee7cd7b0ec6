namespace ImageStorage.Transactions;

/// <summary>What became of a step that was to be undone.</summary>
/// <param name="Step">The step.</param>
/// <param name="Status"><see cref="TransactionStepStatus.NotDone"/>, <see cref="TransactionStepStatus.Compensated"/>, <see cref="TransactionStepStatus.Superseded"/>, or <see cref="TransactionStepStatus.InDoubt"/> when it could not be undone.</param>
/// <param name="Error">Why it could not be undone.</param>
internal sealed record StepUndo(JournalStep Step, TransactionStepStatus Status, Exception? Error = null);
