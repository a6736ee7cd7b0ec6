namespace ImageStorage.Hybrid.Tests.Conformance;

/// <summary>A LiteDB database and Azure Blob Storage (Azurite): found here, kept there.</summary>
public sealed class DatabaseCloudHarness() : HybridHarness(new DatabasePart(Durability.Relaxed), new CloudPart(), Mid);
