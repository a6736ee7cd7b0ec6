using ImageStorage.Testing.NUnit;

namespace ImageStorage.Hybrid.Tests.Conformance;

/// <summary>A LiteDB database and a folder: the recommended local set-up.</summary>
[RepresentativeCases]
public sealed class DatabaseFolderHarness() : HybridHarness(new DatabasePart(), new FolderPart(), Mid);
