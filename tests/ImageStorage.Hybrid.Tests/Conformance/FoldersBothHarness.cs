using ImageStorage.Testing.NUnit;

namespace ImageStorage.Hybrid.Tests.Conformance;

/// <summary>Two folders with all flushes: small images in one, larger ones in the other.</summary>
[RepresentativeCases]
public sealed class FoldersBothHarness() : HybridHarness(new FolderPart(Durability.Full), new FolderPart(Durability.Full), Mid);
