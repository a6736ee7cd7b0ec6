namespace ImageStorage.AzureBlob.Tests.Conformance;

/// <summary>The provider with a payload for every image, under a prefix.</summary>
public sealed class PayloadHarness() : AzureHarness(prefix: "p/s", threshold: 1);
