using ImageStorage.Testing.NUnit;

namespace ImageStorage.FileSystem.Tests.Conformance;

/// <summary>The provider over a real folder on the disk, without flushes.</summary>
[RepresentativeCases]
public sealed class RelaxedHarness() : FolderHarness(Durability.Relaxed, isInMemory: false);
