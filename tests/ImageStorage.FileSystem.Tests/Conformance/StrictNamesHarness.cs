using ImageStorage.FileSystem.Tests.Simulation;

namespace ImageStorage.FileSystem.Tests.Conformance;

/// <summary>
/// The provider over a file system that ignores case and normalisation, refuses the names that Windows refuses, and
/// allows names of up to 143 bytes.
/// </summary>
public sealed class StrictNamesHarness() : VolumeHarness(NameRules.Strictest);
