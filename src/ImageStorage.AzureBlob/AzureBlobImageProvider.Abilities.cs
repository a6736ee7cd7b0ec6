using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using ImageStorage.AzureBlob.Errors;
using ImageStorage.AzureBlob.Records;
using ImageStorage.Providers;

namespace ImageStorage.AzureBlob;

public sealed partial class AzureBlobImageProvider : IReadUrlProvider, IStorageTierProvider
{
    // Archive is missing: restoring an archived blob takes hours.
    private static readonly AccessTier[] ReadableTiers = [AccessTier.Hot, AccessTier.Cool, AccessTier.Cold];

    /// <inheritdoc/>
    public IReadOnlyList<string> Tiers { get; } = [.. ReadableTiers.Select(tier => tier.ToString())];

    /// <inheritdoc/>
    public async Task<SignedReadUrl?> CreateReadUrlAsync(ImageKey key, TimeSpan validFor, CancellationToken cancellationToken = default)
    {
        _store.Begin(cancellationToken);
        if (validFor < TimeSpan.FromSeconds(1) || validFor > ReadUrlSigner.MaxValidity)
        {
            throw new ArgumentOutOfRangeException(nameof(validFor), validFor, $"The URL of image '{key}' in {Name} can be valid for 1 second to {ReadUrlSigner.MaxValidity.TotalDays} days.");
        }

        try
        {
            var blob = await FindBytesAsync(key, cancellationToken, asImage: true).ConfigureAwait(false);
            return blob is null ? null : await _signer.SignAsync(key, blob, validFor, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (AzureErrors.IsExpected(exception, cancellationToken))
        {
            throw AzureErrors.Translate(exception, "signing a URL", key);
        }
    }

    /// <inheritdoc/>
    public async Task<string?> GetTierAsync(ImageKey key, CancellationToken cancellationToken = default)
    {
        _store.Begin(cancellationToken);
        try
        {
            var blob = await FindBytesAsync(key, cancellationToken).ConfigureAwait(false);
            var response = blob is null ? null : await _store.ReadAsync(() => blob.GetPropertiesAsync(cancellationToken: cancellationToken)).ConfigureAwait(false);
            return response?.Value.AccessTier;
        }
        catch (Exception exception) when (AzureErrors.IsExpected(exception, cancellationToken))
        {
            throw AzureErrors.Translate(exception, "reading the tier", key);
        }
    }

    /// <inheritdoc/>
    public async Task<bool> SetTierAsync(ImageKey key, string tier, CancellationToken cancellationToken = default)
    {
        _store.Begin(cancellationToken);
        if (!Tiers.Contains(tier, StringComparer.OrdinalIgnoreCase))
        {
            throw new ArgumentException($"Image '{key}' in {Name} cannot be moved to the tier '{tier}': use one of {string.Join(", ", Tiers)}.", nameof(tier));
        }

        try
        {
            var blob = await FindBytesAsync(key, cancellationToken).ConfigureAwait(false);
            if (blob is null)
            {
                return false;
            }

            cancellationToken.ThrowIfCancellationRequested();
            await blob.SetAccessTierAsync(ReadableTiers.First(known => string.Equals(known.ToString(), tier, StringComparison.OrdinalIgnoreCase)), cancellationToken: CancellationToken.None).ConfigureAwait(false);
            return true;
        }
        catch (RequestFailedException exception) when (exception.IsBlobMissing())
        {
            return false;
        }
        catch (Exception exception) when (AzureErrors.IsExpected(exception, cancellationToken))
        {
            throw AzureErrors.Translate(exception, "setting the tier", key);
        }
    }

    /// <summary>Returns the blob with the stored bytes of an image; null when there is no image.</summary>
    /// <param name="key">The image.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    /// <param name="asImage">
    /// <see langword="true"/> to refuse encoded bytes, because a reader of the blob receives them unchanged.
    /// </param>
    private async Task<BlockBlobClient?> FindBytesAsync(ImageKey key, CancellationToken cancellationToken, bool asImage = false)
    {
        var name = _store.Layout.OfImage(key);
        var response = await _store.ReadAsync(() => _store.Blob(name).GetPropertiesAsync(cancellationToken: cancellationToken)).ConfigureAwait(false);
        if (response is null)
        {
            return null;
        }

        var record = RecordEnvelope.Decode(key, response.Value.Metadata);
        return asImage && record.Info.Encoding is { } encoding
            ? throw ProviderErrors.NotDecodable(key, Name, encoding)
            : _store.Blob(record.Payload is { } payload ? _store.Layout.OfPayload(payload) : name);
    }
}
