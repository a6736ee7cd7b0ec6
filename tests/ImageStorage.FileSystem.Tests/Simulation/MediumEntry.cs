namespace ImageStorage.FileSystem.Tests.Simulation;

/// <summary>A name in a simulated folder, as its creator wrote it.</summary>
internal sealed record MediumEntry(string Name, MediumNode Node);
