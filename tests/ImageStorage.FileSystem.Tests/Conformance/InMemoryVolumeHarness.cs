using ImageStorage.FileSystem.Tests.Simulation;

namespace ImageStorage.FileSystem.Tests.Conformance;

/// <summary>
/// The provider over the simulated file system of the crash and fault tests, which shows that the simulation works.
/// </summary>
public sealed class InMemoryVolumeHarness() : VolumeHarness(NameRules.Posix);
