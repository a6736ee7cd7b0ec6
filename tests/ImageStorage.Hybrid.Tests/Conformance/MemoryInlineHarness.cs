namespace ImageStorage.Hybrid.Tests.Conformance;

/// <summary>Memory beside memory: every image in the catalog whose length is known.</summary>
public sealed class MemoryInlineHarness() : HybridHarness(new MemoryPart(), new MemoryPart(), long.MaxValue);
