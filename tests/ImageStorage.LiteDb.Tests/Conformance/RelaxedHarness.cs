namespace ImageStorage.LiteDb.Tests.Conformance;

/// <summary>The provider over a real file, without the flush of each commit.</summary>
public sealed class RelaxedHarness() : DatabaseHarness(Durability.Relaxed);
