namespace ImageStorage.FileSystem.Tests.Simulation;

/// <summary>Something that a name of a simulated folder leads to.</summary>
internal abstract class MediumNode;
