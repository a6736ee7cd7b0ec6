using ImageStorage.FileSystem.Tests.Simulation;

namespace ImageStorage.FileSystem.Tests.Conformance;

/// <summary>The provider over the simulated file system that the crash and fault tests use, so that they test something that works.</summary>
public sealed class InMemoryVolumeHarness() : VolumeHarness(NameRules.Posix);
