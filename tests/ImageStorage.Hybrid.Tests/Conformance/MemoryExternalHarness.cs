namespace ImageStorage.Hybrid.Tests.Conformance;

/// <summary>Memory beside memory: every image in the content store.</summary>
public sealed class MemoryExternalHarness() : HybridHarness(new MemoryHalf(), new MemoryHalf(), 0);
