namespace ImageStorage.LiteDb.Tests.Conformance;

/// <summary>The provider over a real file, with all flushes.</summary>
public sealed class FullHarness() : DatabaseHarness(Durability.Full);
