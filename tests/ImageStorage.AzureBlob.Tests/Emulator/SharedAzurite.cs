using ImageStorage.Azurite;

namespace ImageStorage.AzureBlob.Tests.Emulator;

/// <summary>The Azurite that all tests of this assembly share. Where it cannot run, a test is skipped with the reason; under <c>CI=true</c> it fails.</summary>
internal static class SharedAzurite
{
    public static async Task<AzuriteServer> GetAsync()
    {
        try
        {
            return await AzuriteServer.SharedAsync();
        }
        catch (AzuriteUnavailableException exception) when (Environment.GetEnvironmentVariable("CI") != "true")
        {
            Assert.Ignore(exception.Message);
            throw;
        }
    }
}
