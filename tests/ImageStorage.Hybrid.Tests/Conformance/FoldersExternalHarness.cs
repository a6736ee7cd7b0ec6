namespace ImageStorage.Hybrid.Tests.Conformance;

/// <summary>Two folders: every image in the second.</summary>
public sealed class FoldersExternalHarness() : HybridHarness(new FolderHalf(), new FolderHalf(), 0);
