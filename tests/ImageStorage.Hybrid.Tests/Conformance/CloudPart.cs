using Azure.Storage.Blobs;
using ImageStorage.AzureBlob;
using ImageStorage.Azurite;
using ImageStorage.Providers;
using ImageStorage.Testing.NUnit;

namespace ImageStorage.Hybrid.Tests.Conformance;

/// <summary>A container on Azurite as one part of a hybrid store. Damage in its blobs is the subject of separate tests.</summary>
public sealed class CloudPart : ProviderHarness
{
    private readonly string _name = $"h{Guid.NewGuid():n}";
    private BlobContainerClient? _container;

    public override IEnumerable<string> Secrets => [AzuriteServer.AccountKey, "SharedKey", "Signature", "sig="];

    public override async ValueTask<IImageProvider> OpenAsync(TimeProvider clock)
    {
        var server = await StartAsync();
        _container ??= new BlobContainerClient(server.ConnectionString, _name, new BlobClientOptions(BlobClientOptions.ServiceVersion.V2026_06_06));
        return new AzureBlobImageProvider(new AzureBlobStorageOptions { ConnectionString = server.ConnectionString, Container = _name }, clock);
    }

    public override async ValueTask DisposeAsync()
    {
        if (_container is not null)
        {
            await _container.DeleteIfExistsAsync();
        }

        await base.DisposeAsync();
    }

    // Where Azurite cannot run, a test is skipped with the reason; under CI=true it fails.
    private static async Task<AzuriteServer> StartAsync()
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
