using ImageStorage.Testing.NUnit;

namespace ImageStorage.LiteDb.Tests.Conformance;

/// <summary>The provider over a real file on the disk, without the flush of each commit.</summary>
[RepresentativeCases]
public sealed class RelaxedHarness() : DatabaseHarness(Durability.Relaxed, isInMemory: false);
