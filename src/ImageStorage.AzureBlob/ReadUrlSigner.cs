using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Azure.Storage.Sas;
using ImageStorage.Providers;

namespace ImageStorage.AzureBlob;

/// <summary>
/// Signs addresses with least rights: one blob, reading, https, a short time. With the account's key where there is one; else
/// with a key of the signed-in identity, which is asked for once and used for its life.
/// </summary>
internal sealed class ReadUrlSigner(BlobStore store, TimeProvider timeProvider)
{
    /// <summary>The service lets a key of an identity live for 7 days, of which some are lost to clocks that differ.</summary>
    public static readonly TimeSpan MostValid = TimeSpan.FromDays(6);

    // The clocks of this machine and of the service may differ.
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LeastKeyLife = TimeSpan.FromHours(1);

    private volatile UserDelegationKey? _key;

    public async Task<SignedReadUrl> SignAsync(ImageKey key, BlockBlobClient blob, TimeSpan validFor, CancellationToken cancellationToken)
    {
        var now = timeProvider.GetUtcNow();
        var expires = now + validFor;
        var builder = new BlobSasBuilder(BlobSasPermissions.Read, expires)
        {
            BlobContainerName = blob.BlobContainerName,
            BlobName = blob.Name,
            Resource = "b",
            StartsOn = now - Skew,
            // An emulator on this machine speaks http; nothing else may.
            Protocol = blob.Uri.IsLoopback && blob.Uri.Scheme == Uri.UriSchemeHttp ? SasProtocol.HttpsAndHttp : SasProtocol.Https,
        };
        if (blob.CanGenerateSasUri)
        {
            return new SignedReadUrl(blob.GenerateSasUri(builder), expires);
        }

        if (store.Service is not { } service || blob.Uri.Query.Length > 0)
        {
            throw new StorageNotSupportedException($"{AzureBlobImageProvider.ProviderName} cannot sign an address of image '{key}': it was given neither the account's key nor an identity of its own. Connect with a connection string that holds the key, or with ServiceUri and a credential.") { Key = key, Provider = AzureBlobImageProvider.ProviderName };
        }

        var uri = new BlobUriBuilder(blob.Uri) { Sas = builder.ToSasQueryParameters(await KeyUntilAsync(service, expires, cancellationToken).ConfigureAwait(false), service.AccountName) };
        return new SignedReadUrl(uri.ToUri(), expires);
    }

    private async Task<UserDelegationKey> KeyUntilAsync(BlobServiceClient service, DateTimeOffset expires, CancellationToken cancellationToken)
    {
        // Two calls at once may both ask for one, which does no harm.
        if (_key is { } known && known.SignedExpiresOn >= expires)
        {
            return known;
        }

        var now = timeProvider.GetUtcNow();
        var life = expires - now > LeastKeyLife ? expires - now : LeastKeyLife;
        return _key = await service.GetUserDelegationKeyAsync(now - Skew, now + life, cancellationToken).ConfigureAwait(false);
    }
}
