namespace ImageStorage.AzureBlob.Tests.Conformance;

/// <summary>All images with a payload of their own, under a prefix.</summary>
public sealed class PayloadHarness() : AzureHarness(prefix: "p/s", threshold: 1);
