namespace ImageStorage.FileSystem.Tests.Conformance;

/// <summary>The provider over a real folder in memory, with all flushes.</summary>
public sealed class FullHarness() : FolderHarness(Durability.Full, isInMemory: true);
