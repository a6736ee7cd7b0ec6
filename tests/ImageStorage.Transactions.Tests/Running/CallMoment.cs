namespace ImageStorage.Transactions.Tests.Running;

/// <summary>A moment of a call of a provider: in front of it, or behind its effect.</summary>
/// <param name="Number">The how many-th moment it is.</param>
/// <param name="Operation">What is called, and on what.</param>
/// <param name="HasTakenEffect">Is it behind the effect?</param>
internal sealed record CallMoment(int Number, string Operation, bool HasTakenEffect);
