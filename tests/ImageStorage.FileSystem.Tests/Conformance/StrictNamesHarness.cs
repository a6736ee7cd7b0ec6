using ImageStorage.FileSystem.Tests.Simulation;

namespace ImageStorage.FileSystem.Tests.Conformance;

/// <summary>The provider over a file system that ignores case and normalisation, refuses what Windows refuses, and takes names of up to 143 bytes.</summary>
public sealed class StrictNamesHarness() : VolumeHarness(NameRules.Strictest);
