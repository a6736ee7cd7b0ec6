using ImageStorage.Azurite;

namespace ImageStorage.AzureBlob.Tests.Emulator;

/// <summary>
/// The Azurite that all tests of this assembly share. When Azurite cannot run, tests are skipped with the reason; with
/// <c>CI=true</c> they fail.
/// </summary>
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
