namespace ImageStorage.FileSystem.Tests.Conformance;

/// <summary>The provider over a real folder, without flushes.</summary>
public sealed class RelaxedHarness() : FolderHarness(Durability.Relaxed);
