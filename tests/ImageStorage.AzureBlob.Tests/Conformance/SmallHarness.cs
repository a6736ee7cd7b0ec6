using ImageStorage.Testing.NUnit;

namespace ImageStorage.AzureBlob.Tests.Conformance;

/// <summary>The provider with default options: images up to 512 KiB by one request.</summary>
[RepresentativeCases]
public sealed class SmallHarness() : AzureHarness(prefix: "", threshold: 512 << 10);
