using ImageStorage.Azurite;

namespace ImageStorage.AzureBlob.Tests;

/// <summary>Stops the shared Azurite after all tests of this assembly.</summary>
[SetUpFixture]
public sealed class AzuriteSetup
{
    [OneTimeTearDown]
    public Task StopAsync() => AzuriteServer.StopSharedAsync();
}
