using Azure.Storage.Blobs;
using ImageStorage.AzureBlob;
using ImageStorage.Azurite;
using ImageStorage.Providers;

namespace ImageStorage.Transactions.Tests.Stores;

/// <summary>A container on Azurite.</summary>
public sealed class CloudStore : TestStore
{
    private readonly string _name = $"t{Guid.NewGuid():n}";
    private readonly AzuriteServer _server = Start();

    public override IImageProvider Open(TimeProvider clock) => new AzureBlobImageProvider(new AzureBlobStorageOptions { ConnectionString = _server.ConnectionString, Container = _name }, clock);

    public override async ValueTask DisposeAsync()
    {
        await new BlobContainerClient(_server.ConnectionString, _name, new BlobClientOptions(BlobClientOptions.ServiceVersion.V2026_06_06)).DeleteIfExistsAsync();
        await base.DisposeAsync();
    }

    // Where Azurite cannot run, a test is skipped with the reason; under CI=true it fails.
    private static AzuriteServer Start()
    {
        try
        {
            return AzuriteServer.SharedAsync().GetAwaiter().GetResult();
        }
        catch (AzuriteUnavailableException exception) when (Environment.GetEnvironmentVariable("CI") != "true")
        {
            Assert.Ignore(exception.Message);
            throw;
        }
    }
}
