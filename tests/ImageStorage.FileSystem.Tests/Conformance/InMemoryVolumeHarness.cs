using ImageStorage.FileSystem.Tests.Simulation;
using ImageStorage.Testing.NUnit;

namespace ImageStorage.FileSystem.Tests.Conformance;

/// <summary>
/// The provider over the simulated file system of the crash and fault tests, which shows that the simulation works.
/// </summary>
[RepresentativeCases]
public sealed class InMemoryVolumeHarness() : VolumeHarness(NameRules.Posix);
