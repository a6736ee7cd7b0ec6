using ImageStorage.Testing.NUnit;

namespace ImageStorage.LiteDb.Tests.Conformance;

/// <summary>The provider over a real file, without the flush of each commit.</summary>
[RepresentativeKeys]
public sealed class RelaxedHarness() : DatabaseHarness(Durability.Relaxed);
