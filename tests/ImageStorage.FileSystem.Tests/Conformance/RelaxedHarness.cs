using ImageStorage.Testing.NUnit;

namespace ImageStorage.FileSystem.Tests.Conformance;

/// <summary>The provider over a real folder, without flushes.</summary>
[RepresentativeKeys]
public sealed class RelaxedHarness() : FolderHarness(Durability.Relaxed);
