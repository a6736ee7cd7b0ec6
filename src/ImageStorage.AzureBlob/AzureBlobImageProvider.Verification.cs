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
    private const int MostVerifiedAtOnce = 4;
    private const string NotOurs = "not written by the library; move it out of the store";

    // A payload that no image names, and that nobody has come to sweep.
    private static readonly TimeSpan OrphanAge = TimeSpan.FromDays(1);

    /// <inheritdoc/>
    public async IAsyncEnumerable<VerificationItem> VerifyAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        _store.Begin(cancellationToken);
        var pages = _store.ListAsync(_store.Layout.Root, null, BlobListing.MostAtOnce, cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using var end = pages.ConfigureAwait(false);
        while (await TranslatedAsync(async () => await pages.MoveNextAsync().ConfigureAwait(false), cancellationToken).ConfigureAwait(false))
        {
            var now = pages.Current.GetRawResponse().Headers.Date ?? DateTimeOffset.MaxValue;
            foreach (var blobs in pages.Current.Values.Chunk(Math.Min(_options.Concurrency, MostVerifiedAtOnce)))
            {
                foreach (var item in await TranslatedAsync(() => Task.WhenAll(blobs.Select(blob => VerifyAsync(blob, now, cancellationToken))), cancellationToken).ConfigureAwait(false))
                {
                    if (item is not null)
                    {
                        yield return item;
                    }
                }
            }
        }
    }

    /// <summary>Judges one blob of the store; null for what needs no mention.</summary>
    private Task<VerificationItem?> VerifyAsync(BlobItem blob, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var layout = _store.Layout;
        bool IsIn(string folder) => blob.Name.StartsWith(folder, StringComparison.Ordinal);
        return IsIn(layout.Images) ? VerifyImageAsync(blob, cancellationToken)
            : IsIn(layout.Documents) ? VerifyDocumentAsync(blob, cancellationToken)
            : IsIn(layout.Payloads) ? VerifyPayloadAsync(blob, now)
            : Task.FromResult((IsIn(layout.Created) && layout.TryReadEntry(blob.Name, out _, out _)) || IsIn(layout.Sweep) || IsIn(layout.Kept) ? null : Stray(blob, NotOurs));
    }

    private async Task<VerificationItem?> VerifyImageAsync(BlobItem blob, CancellationToken cancellationToken)
    {
        if (!_store.Layout.TryGetKey(blob.Name, out var key))
        {
            return Stray(blob, "the library gives no such name; move it out of the store");
        }

        if (blob.Metadata is null || !blob.Metadata.ContainsKey(RecordCodec.Name))
        {
            return Stray(blob, "it has no record among its metadata, so the library did not write it; move it out of the store");
        }

        try
        {
            var image = await OpenReadAsync(key, null, cancellationToken).ConfigureAwait(false);
            if (image is null)
            {
                // Deleted since it was listed.
                return null;
            }

            await using var open = image.ConfigureAwait(false);
            await CheckBytesAsync(image, cancellationToken).ConfigureAwait(false);
            return await IsIndexedAsync(key, cancellationToken).ConfigureAwait(false)
                ? VerificationItem.OfMatching(key.Value, image.Range.Length, image.Info.Encoding)
                : new VerificationItem(VerificationStatus.NotIndexed, key.Value, image.Range.Length, "a listing by time does not show it; update its metadata or tags to mend that");
        }
        catch (ImageCorruptedException exception)
        {
            return new VerificationItem(VerificationStatus.Corrupted, key.Value, blob.Properties.ContentLength ?? 0, exception.Reason ?? exception.Message);
        }
        catch (StorageNotSupportedException exception)
        {
            // Nobody here can tell whether it is sound, or damaged just where its version stands.
            return new VerificationItem(VerificationStatus.Corrupted, key.Value, blob.Properties.ContentLength ?? 0, exception.Message);
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
            return Stray(blob, "the library gives no such name; move it out of the store");
        }

        try
        {
            await Documents.GetAsync(name, cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (StorageCorruptedException exception)
        {
            return new VerificationItem(VerificationStatus.Corrupted, blob.Name[_store.Layout.Root.Length..], blob.Properties.ContentLength ?? 0, exception.Message);
        }
    }

    // The bytes of a payload are checked with the image that names it.
    private async Task<VerificationItem?> VerifyPayloadAsync(BlobItem blob, DateTimeOffset now)
    {
        if (!Guid.TryParseExact(blob.Name.AsSpan(_store.Layout.Payloads.Length), "n", out var payload) || !KeyText.TryRead(blob.Metadata, out var key))
        {
            return Stray(blob, NotOurs);
        }

        var isOld = now - (blob.Properties.LastModified ?? now) > OrphanAge + _options.ReplacedContentRetention;
        return isOld && !await _sweeper.IsNamedAsync(payload, key).ConfigureAwait(false) ? Stray(blob, $"the bytes of an image '{key}' that is no longer there; delete it") : null;
    }

    private VerificationItem Stray(BlobItem blob, string detail) => new(VerificationStatus.Stray, blob.Name[_store.Layout.Root.Length..], blob.Properties.ContentLength ?? 0, detail);

    /// <summary>Reads all bytes, each block against its hash, and all of them against the SHA-256 of the record.</summary>
    private static async Task CheckBytesAsync(StoredImage image, CancellationToken cancellationToken)
    {
        if (image.Info is { Sha256: { } expected, Encoding: null })
        {
            var actual = new Sha256Digest(await SHA256.HashDataAsync(image.Content, cancellationToken).ConfigureAwait(false));
            if (actual != expected)
            {
                throw RecordCodec.Damaged(image.Info.Key, "its bytes do not match the SHA-256 of its record");
            }
        }
        else
        {
            await image.Content.CopyToAsync(Stream.Null, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<T> TranslatedAsync<T>(Func<Task<T>> act, CancellationToken cancellationToken)
    {
        try
        {
            return await act().ConfigureAwait(false);
        }
        catch (Exception exception) when (AzureErrors.IsExpected(exception, cancellationToken))
        {
            throw AzureErrors.Translate(exception, "verifying", null);
        }
    }
}
