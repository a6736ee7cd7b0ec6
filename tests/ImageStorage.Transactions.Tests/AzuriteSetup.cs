using ImageStorage.Azurite;

namespace ImageStorage.Transactions.Tests;

/// <summary>Ends the Azurite that the tests of this assembly share, when all of them have run.</summary>
[SetUpFixture]
public sealed class AzuriteSetup
{
    [OneTimeTearDown]
    public Task StopAsync() => AzuriteServer.StopSharedAsync();
}
