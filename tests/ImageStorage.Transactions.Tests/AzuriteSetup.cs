using ImageStorage.Azurite;

namespace ImageStorage.Transactions.Tests;

/// <summary>Stops the Azurite shared by the tests of this assembly, after all tests.</summary>
[SetUpFixture]
public sealed class AzuriteSetup
{
    [OneTimeTearDown]
    public Task StopAsync() => AzuriteServer.StopSharedAsync();
}
