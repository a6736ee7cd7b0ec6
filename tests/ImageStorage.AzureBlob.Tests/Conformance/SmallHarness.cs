namespace ImageStorage.AzureBlob.Tests.Conformance;

/// <summary>The provider with the default limit, images up to 512 KiB by one request, under a prefix.</summary>
public sealed class SmallHarness() : AzureHarness(prefix: "p/s", threshold: 512 << 10);
