namespace ImageStorage;

/// <summary>Saves an image.</summary>
/// <param name="Request">The key, the source and the options.</param>
public sealed record SaveStep(SaveRequest Request) : TransactionStep;
