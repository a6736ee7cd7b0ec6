namespace ImageStorage.Hybrid.Tests.Conformance;

/// <summary>Memory beside memory: small images in one, larger ones in the other.</summary>
public sealed class MemoryBothHarness() : HybridHarness(new MemoryPart(), new MemoryPart(), Mid);
