using ImageStorage.Testing.NUnit;

namespace ImageStorage.Hybrid.Tests.Conformance;

/// <summary>A LiteDB database as the catalog and Azure Blob Storage (Azurite) as the content store.</summary>
[RepresentativeCases]
public sealed class DatabaseCloudHarness() : HybridHarness(new DatabasePart(Durability.Relaxed), new CloudPart(), Mid);
