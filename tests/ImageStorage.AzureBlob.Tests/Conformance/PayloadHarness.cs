using ImageStorage.Testing.NUnit;

namespace ImageStorage.AzureBlob.Tests.Conformance;

/// <summary>The provider with a payload for every image.</summary>
[RepresentativeCases]
public sealed class PayloadHarness() : AzureHarness(prefix: "", threshold: 1);
