namespace ImageStorage.Transactions.Tests.Running;

/// <summary>A moment of a call of a provider: before the call, or after its effect.</summary>
/// <param name="Number">The number of the moment, from the start of the process.</param>
/// <param name="Operation">The call and its object.</param>
/// <param name="HasTakenEffect"><see langword="true"/> after the effect.</param>
internal sealed record CallMoment(int Number, string Operation, bool HasTakenEffect);
