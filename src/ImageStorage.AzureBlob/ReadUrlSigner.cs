using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Azure.Storage.Sas;
using ImageStorage.Providers;

namespace ImageStorage.AzureBlob;

/// <summary>
/// Signs URLs with minimal rights: one blob, read, https, a short time. Signs with the key of the account if available,
/// otherwise with a delegation key of the identity, which is requested once and used until it expires. Thread-safe.
/// </summary>
internal sealed class ReadUrlSigner(BlobStore store, TimeProvider timeProvider)
{
    /// <summary>
    /// The maximum validity. A delegation key is valid for at most 7 days, minus the tolerance for clock skew.
    /// </summary>
    public static readonly TimeSpan MaxValidity = TimeSpan.FromDays(6);

    // Tolerates clock skew between this machine and the service.
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan MinKeyLife = TimeSpan.FromHours(1);

    private volatile UserDelegationKey? _key;

    /// <summary>Signs the URL of a blob.</summary>
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
            // Only an emulator on this machine may use http.
            Protocol = blob.Uri.IsLoopback && blob.Uri.Scheme == Uri.UriSchemeHttp ? SasProtocol.HttpsAndHttp : SasProtocol.Https,
        };
        if (blob.CanGenerateSasUri)
        {
            return new SignedReadUrl { Url = blob.GenerateSasUri(builder), ExpiresAt = expires };
        }

        if (store.Service is not { } service || blob.Uri.Query.Length > 0)
        {
            throw new StorageNotSupportedException($"{AzureBlobImageProvider.ProviderName} cannot sign a URL of image '{key}': the provider has neither the key of the account nor an identity. Connect with a connection string that holds the key, or with ServiceUri and a credential.") { Key = key, Provider = AzureBlobImageProvider.ProviderName };
        }

        var uri = new BlobUriBuilder(blob.Uri) { Sas = builder.ToSasQueryParameters(await KeyUntilAsync(service, expires, cancellationToken).ConfigureAwait(false), service.AccountName) };
        return new SignedReadUrl { Url = uri.ToUri(), ExpiresAt = expires };
    }

    private async Task<UserDelegationKey> KeyUntilAsync(BlobServiceClient service, DateTimeOffset expires, CancellationToken cancellationToken)
    {
        // Two concurrent calls may both request a key, which is harmless.
        if (_key is { } known && known.SignedExpiresOn >= expires)
        {
            return known;
        }

        var now = timeProvider.GetUtcNow();
        var life = expires - now > MinKeyLife ? expires - now : MinKeyLife;
        return _key = await service.GetUserDelegationKeyAsync(now - Skew, now + life, cancellationToken).ConfigureAwait(false);
    }
}
