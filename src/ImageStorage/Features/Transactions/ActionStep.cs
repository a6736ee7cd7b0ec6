namespace ImageStorage;

/// <summary>Runs a registered <see cref="ITransactionAction"/>, which any process that has it registered can undo, also after a crash.</summary>
/// <param name="Action">The name under which it is registered.</param>
/// <param name="Argument">What it works on, such as a small JSON text: at most 4,096 characters. It stands in the journal, so put no secrets into it.</param>
public sealed record ActionStep(string Action, string Argument = "") : TransactionStep;
