using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using ImageStorage.AzureBlob.Naming;
using ImageStorage.AzureBlob.Records;
using ImageStorage.AzureBlob.Tests.Emulator;
using ImageStorage.Azurite;
using ImageStorage.Providers;
using ImageStorage.Testing.NUnit;

namespace ImageStorage.AzureBlob.Tests.Conformance;

/// <summary>
/// The provider in a container of its own on the shared Azurite. The first write creates the container.
/// </summary>
public abstract class AzureHarness(string prefix, int threshold) : ProviderHarness
{
    private readonly string _name = $"t{Guid.NewGuid():n}";
    private BlobContainerClient? _container;

    public override bool CanDamage => true;

    public override IEnumerable<string> Secrets => [AzuriteServer.AccountKey, "SharedKey", "Signature", "sig="];

    public override async ValueTask<IImageProvider> OpenAsync(TimeProvider clock)
    {
        var server = await SharedAzurite.GetAsync();
        _container ??= new BlobContainerClient(server.ConnectionString, _name, new BlobClientOptions(BlobClientOptions.ServiceVersion.V2026_06_06));
        var options = new AzureBlobStorageOptions { ConnectionString = server.ConnectionString, Container = _name, Prefix = prefix, SingleRequestThreshold = threshold };
        return new AzureBlobImageProvider(options, clock);
    }

    public override async ValueTask DamageAsync(ImageKey key, StoreDamage damage)
    {
        var layout = new StoreLayout(prefix.Length == 0 ? prefix : prefix + "/");
        if (damage == StoreDamage.Record)
        {
            await DamageRecordAsync(_container!.GetBlobClient(layout.OfImage(key)));
            return;
        }

        var properties = await _container!.GetBlobClient(layout.OfImage(key)).GetPropertiesAsync();
        var payload = RecordEnvelope.Decode(key, properties.Value.Metadata).Payload;
        await DamageAsync(_container.GetBlobClient(payload is { } id ? layout.OfPayload(id) : layout.OfImage(key)), damage);
    }

    public override async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_container is not null)
        {
            await _container.DeleteIfExistsAsync();
        }

        await base.DisposeAsync();
    }

    private static async Task DamageRecordAsync(BlobClient blob)
    {
        var metadata = (await blob.GetPropertiesAsync()).Value.Metadata;
        var record = metadata[RecordEnvelope.Name];
        var middle = record.Length / 2;
        metadata[RecordEnvelope.Name] = $"{record[..middle]}{(record[middle] == 'A' ? 'B' : 'A')}{record[(middle + 1)..]}";
        await blob.SetMetadataAsync(metadata);
    }

    private static async Task DamageAsync(BlobClient blob, StoreDamage damage)
    {
        var stored = (await blob.DownloadContentAsync()).Value;
        var bytes = stored.Content.ToArray();
        if (damage == StoreDamage.FlippedBit)
        {
            bytes[bytes.Length / 2] ^= 0x10;
        }
        else
        {
            bytes = bytes[..^Math.Min(bytes.Length, 100)];
        }

        await blob.UploadAsync(new BinaryData(bytes), new BlobUploadOptions { Metadata = stored.Details.Metadata });
    }
}
