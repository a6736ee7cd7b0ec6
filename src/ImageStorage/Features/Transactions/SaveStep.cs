namespace ImageStorage;

/// <summary>Saves an image.</summary>
/// <param name="Request">Key, source and options.</param>
public sealed record SaveStep(SaveRequest Request) : TransactionStep;
