namespace ImageStorage;

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
