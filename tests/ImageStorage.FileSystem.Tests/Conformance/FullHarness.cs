namespace ImageStorage.FileSystem.Tests.Conformance;

/// <summary>The provider over a real folder, with all flushes.</summary>
public sealed class FullHarness() : FolderHarness(Durability.Full);
