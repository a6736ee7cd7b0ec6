namespace ImageStorage.LiteDb.Tests.Conformance;

/// <summary>The provider over a real file in memory, with all flushes.</summary>
public sealed class FullHarness() : DatabaseHarness(Durability.Full, isInMemory: true);
