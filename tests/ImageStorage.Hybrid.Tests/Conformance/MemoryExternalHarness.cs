namespace ImageStorage.Hybrid.Tests.Conformance;

/// <summary>Memory beside memory: every image in the content store.</summary>
public sealed class MemoryExternalHarness() : HybridHarness(new MemoryPart(), new MemoryPart(), 0);
