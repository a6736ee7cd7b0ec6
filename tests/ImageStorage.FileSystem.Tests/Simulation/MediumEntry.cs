namespace ImageStorage.FileSystem.Tests.Simulation;

/// <summary>A name in a simulated folder, spelt as its creator spelt it.</summary>
internal sealed record MediumEntry(string Name, MediumNode Node);
