using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Azure.Storage.Blobs.Models;
using ImageStorage.AzureBlob.Documents;
using ImageStorage.AzureBlob.Errors;
using ImageStorage.AzureBlob.Naming;
using ImageStorage.AzureBlob.Records;
using ImageStorage.Providers;

namespace ImageStorage.AzureBlob;

public sealed partial class AzureBlobImageProvider
{
    private const int MaxConcurrentVerifications = 4;
    private const string Foreign = "the library did not write this blob; move it out of the store";

    // A younger payload may belong to a save in progress, or to the next sweep.
    private static readonly TimeSpan OrphanAge = TimeSpan.FromDays(1);

    /// <inheritdoc/>
    public async IAsyncEnumerable<VerificationItem> VerifyAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        _store.Begin(cancellationToken);
        var pages = _store.ListAsync(_store.Layout.Root, null, BlobListing.MaxPageSize, cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using var end = pages.ConfigureAwait(false);
        while (await TranslateAsync(async () => await pages.MoveNextAsync().ConfigureAwait(false), cancellationToken).ConfigureAwait(false))
        {
            var now = pages.Current.GetRawResponse().Headers.Date ?? DateTimeOffset.MaxValue;
            foreach (var blobs in pages.Current.Values.Chunk(Math.Min(_options.Concurrency, MaxConcurrentVerifications)))
            {
                foreach (var item in await TranslateAsync(() => Task.WhenAll(blobs.Select(blob => VerifyAsync(blob, now, cancellationToken))), cancellationToken).ConfigureAwait(false))
                {
                    if (item is not null)
                    {
                        yield return item;
                    }
                }
            }
        }
    }

    /// <summary>Verifies one blob of the store; null for a blob without a result.</summary>
    private Task<VerificationItem?> VerifyAsync(BlobItem blob, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var layout = _store.Layout;
        bool IsIn(string folder) => blob.Name.StartsWith(folder, StringComparison.Ordinal);
        return IsIn(layout.Images) ? VerifyImageAsync(blob, cancellationToken)
            : IsIn(layout.Documents) ? VerifyDocumentAsync(blob, cancellationToken)
            : IsIn(layout.Payloads) ? VerifyPayloadAsync(blob, now)
            : Task.FromResult((IsIn(layout.Created) && layout.TryReadEntry(blob.Name, out _, out _)) || IsIn(layout.Sweep) || IsIn(layout.Retained) ? null : Orphan(blob, Foreign));
    }

    private async Task<VerificationItem?> VerifyImageAsync(BlobItem blob, CancellationToken cancellationToken)
    {
        if (!_store.Layout.TryGetKey(blob.Name, out var key))
        {
            return Orphan(blob, Foreign);
        }

        if (blob.Metadata is null || !blob.Metadata.ContainsKey(RecordEnvelope.Name))
        {
            return Orphan(blob, "the metadata have no record, so the library did not write this blob; move it out of the store");
        }

        try
        {
            var image = await OpenReadAsync(key, null, cancellationToken).ConfigureAwait(false);
            if (image is null)
            {
                // Deleted after the listing.
                return null;
            }

            await using var open = image.ConfigureAwait(false);
            await CheckBytesAsync(image, cancellationToken).ConfigureAwait(false);
            return await IsIndexedAsync(key, cancellationToken).ConfigureAwait(false)
                ? VerificationItem.OfMatching(key.Value, image.Range.Length, image.Info.Encoding)
                : new VerificationItem { Status = VerificationStatus.NotIndexed, Name = key.Value, Bytes = image.Range.Length, Detail = "a listing by time does not show the image; update its metadata or tags" };
        }
        catch (ImageCorruptedException exception)
        {
            return new VerificationItem { Status = VerificationStatus.Corrupted, Name = key.Value, Bytes = blob.Properties.ContentLength ?? 0, Detail = exception.Reason ?? exception.Message };
        }
        catch (StorageNotSupportedException exception)
        {
            // The checksum covers the version.
            return new VerificationItem { Status = VerificationStatus.Newer, Name = key.Value, Detail = exception.Reason ?? exception.Message };
        }
    }

    private async Task<bool> IsIndexedAsync(ImageKey key, CancellationToken cancellationToken)
    {
        var current = await FindAsync(key, cancellationToken).ConfigureAwait(false);
        return current?.Record is not { } record || await _index.ContainsAsync(EntryOf(record), cancellationToken).ConfigureAwait(false);
    }

    private async Task<VerificationItem?> VerifyDocumentAsync(BlobItem blob, CancellationToken cancellationToken)
    {
        if (!((BlobDocumentStore)Documents).TryRead(blob.Name, out var name))
        {
            return Orphan(blob, Foreign);
        }

        try
        {
            await Documents.GetAsync(name, cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (StorageCorruptedException exception)
        {
            return new VerificationItem { Status = VerificationStatus.Corrupted, Kind = VerificationKind.Document, Name = blob.Name[_store.Layout.Root.Length..], Bytes = blob.Properties.ContentLength ?? 0, Detail = exception.Message };
        }
    }

    // The bytes of a payload are checked with the image that names it.
    private async Task<VerificationItem?> VerifyPayloadAsync(BlobItem blob, DateTimeOffset now)
    {
        if (!Guid.TryParseExact(blob.Name.AsSpan(_store.Layout.Payloads.Length), "n", out var payload) || !KeyText.TryRead(blob.Metadata, out var key))
        {
            return Orphan(blob, Foreign);
        }

        var isOld = now - (blob.Properties.LastModified ?? now) > OrphanAge + _options.ReplacedContentRetention;
        return isOld && await _sweeper.IsNamedAsync(payload, key).ConfigureAwait(false) is false ? Orphan(blob, $"the payload of a replaced or deleted image '{key}'; delete this blob") : null;
    }

    private VerificationItem Orphan(BlobItem blob, string detail) => new()
    {
        Status = VerificationStatus.Orphan,
        Kind = VerificationKind.Other,
        Name = blob.Name[_store.Layout.Root.Length..],
        Bytes = blob.Properties.ContentLength ?? 0,
        Detail = detail,
    };

    /// <summary>Reads all bytes, which checks each block, and compares them with the SHA-256 of the record.</summary>
    private static async Task CheckBytesAsync(StoredImage image, CancellationToken cancellationToken)
    {
        if (image.Info is { Sha256: { } expected, Encoding: null })
        {
            var actual = new Sha256Digest(await SHA256.HashDataAsync(image.Content, cancellationToken).ConfigureAwait(false));
            if (actual != expected)
            {
                throw RecordEnvelope.Damaged(image.Info.Key, "its bytes do not match the SHA-256 of its record");
            }
        }
        else
        {
            await image.Content.CopyToAsync(Stream.Null, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<T> TranslateAsync<T>(Func<Task<T>> request, CancellationToken cancellationToken)
    {
        try
        {
            return await request().ConfigureAwait(false);
        }
        catch (Exception exception) when (AzureErrors.IsExpected(exception, cancellationToken))
        {
            throw AzureErrors.Translate(exception, "verifying", null);
        }
    }
}
