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
    public async IAsyncEnumerable<VerificationItem> VerifyAsync(VerificationOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        _store.Begin(cancellationToken);
        options ??= new VerificationOptions();
        if (options.Images)
        {
            var after = options.After is { } key ? _store.Layout.OfImage(key) : null;
            await foreach (var item in VerifyBlobsAsync(_store.Layout.Images + KeyNames.EncodePrefix(options.Prefix ?? string.Empty), after, (blob, _) => VerifyImageAsync(blob, options, cancellationToken), cancellationToken).ConfigureAwait(false))
            {
                yield return item;
            }
        }

        if (options.Prefix is not null)
        {
            yield break;
        }

        if (options.Images)
        {
            await foreach (var item in this.VerifyRetainedAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return item;
            }
        }

        if (options.Documents)
        {
            await foreach (var item in VerifyBlobsAsync(_store.Layout.Documents, null, (blob, _) => VerifyDocumentAsync(blob, cancellationToken), cancellationToken).ConfigureAwait(false))
            {
                yield return item;
            }
        }

        await foreach (var item in VerifyBlobsAsync(_store.Layout.Root, null, EvaluateOtherAsync, cancellationToken).ConfigureAwait(false))
        {
            yield return item;
        }
    }

    /// <summary>Verifies the blobs with a prefix, several at a time. The time is that of the service.</summary>
    private async IAsyncEnumerable<VerificationItem> VerifyBlobsAsync(string prefix, string? from, Func<BlobItem, DateTimeOffset, Task<VerificationItem?>> verify, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pages = _store.ListAsync(prefix, from, BlobListing.MaxPageSize, cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using var end = pages.ConfigureAwait(false);
        while (await TranslateAsync(async () => await pages.MoveNextAsync().ConfigureAwait(false), cancellationToken).ConfigureAwait(false))
        {
            var now = pages.Current.GetRawResponse().Headers.Date ?? DateTimeOffset.MaxValue;
            foreach (var blobs in pages.Current.Values.Chunk(Math.Min(_options.Concurrency, MaxConcurrentVerifications)))
            {
                foreach (var item in await TranslateAsync(() => Task.WhenAll(blobs.Select(blob => verify(blob, now))), cancellationToken).ConfigureAwait(false))
                {
                    if (item is not null)
                    {
                        yield return item;
                    }
                }
            }
        }
    }

    /// <summary>Evaluates a blob that is neither an image nor a document; null for a blob without a finding.</summary>
    private Task<VerificationItem?> EvaluateOtherAsync(BlobItem blob, DateTimeOffset now)
    {
        var layout = _store.Layout;
        bool IsIn(string folder) => blob.Name.StartsWith(folder, StringComparison.Ordinal);
        if (IsIn(layout.Payloads))
        {
            return VerifyPayloadAsync(blob, now);
        }

        var isOurs = IsIn(layout.Images) ? layout.TryGetKey(blob.Name, out _)
            : IsIn(layout.Documents) ? ((BlobDocumentStore)Documents).TryRead(blob.Name, out _)
            : IsIn(layout.Created) ? layout.TryReadEntry(blob.Name, out _, out _)
            : IsIn(layout.Retained) ? RetainedVersionRules.IsId(blob.Name[layout.Retained.Length..])
            : IsIn(layout.Sweep);
        return Task.FromResult(isOurs ? null : Stray(blob));
    }

    private async Task<VerificationItem?> VerifyImageAsync(BlobItem blob, VerificationOptions options, CancellationToken cancellationToken)
    {
        if (!_store.Layout.TryGetKey(blob.Name, out var key)
            || (options.After is { } after && after >= key)
            || (options.Prefix is { } prefix && !key.Value.StartsWith(prefix, StringComparison.Ordinal)))
        {
            return null;
        }

        if (blob.Metadata is null || !blob.Metadata.ContainsKey(RecordEnvelope.Name))
        {
            return Stray(blob) with { Kind = VerificationKind.Image, Name = key.Value, Detail = $"the metadata of '{LocationOf(blob)}' have no record, so the library did not write this blob; move it out of the store" };
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
        catch (ImageStorageException exception) when (exception is ImageCorruptedException or StorageNotSupportedException)
        {
            // The checksum covers the version, so damage never looks like a newer format.
            return VerificationItem.OfFailure(key.Value, exception, blob.Properties.ContentLength ?? 0);
        }
    }

    private async Task<bool> IsIndexedAsync(ImageKey key, CancellationToken cancellationToken)
    {
        var current = await FindAsync(key, cancellationToken).ConfigureAwait(false);
        return current?.Record is not { } record || await _index.ContainsAsync(EntryOf(record), cancellationToken).ConfigureAwait(false);
    }

    private async Task<VerificationItem?> VerifyDocumentAsync(BlobItem blob, CancellationToken cancellationToken) =>
        ((BlobDocumentStore)Documents).TryRead(blob.Name, out var name) ? await Documents.VerifyDocumentAsync(name, cancellationToken).ConfigureAwait(false) : null;

    // The bytes of a payload are checked with the image that names it.
    private async Task<VerificationItem?> VerifyPayloadAsync(BlobItem blob, DateTimeOffset now)
    {
        if (!Guid.TryParseExact(blob.Name.AsSpan(_store.Layout.Payloads.Length), "n", out var payload) || !KeyText.TryRead(blob.Metadata, out var key))
        {
            return Stray(blob);
        }

        var isOld = now - (blob.Properties.LastModified ?? now) > OrphanAge + _options.ReplacedContentRetention;
        return isOld && await _sweeper.IsNamedAsync(payload, key).ConfigureAwait(false) is false ? Orphan(blob, $"the payload of a replaced or deleted image '{key}'; delete this blob") : null;
    }

    private VerificationItem Orphan(BlobItem blob, string detail) => Stray(blob) with { Status = VerificationStatus.Orphan, Detail = detail };

    private VerificationItem Stray(BlobItem blob) => new()
    {
        Status = VerificationStatus.Stray,
        Kind = VerificationKind.Other,
        Name = LocationOf(blob),
        Bytes = blob.Properties.ContentLength ?? 0,
        Detail = Foreign,
    };

    private string LocationOf(BlobItem blob) => blob.Name[_store.Layout.Root.Length..];

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
