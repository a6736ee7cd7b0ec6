using System.Runtime.CompilerServices;
using ImageStorage.AzureBlob.Errors;
using ImageStorage.AzureBlob.Index;
using ImageStorage.AzureBlob.Naming;
using ImageStorage.AzureBlob.Records;
using ImageStorage.Providers;

namespace ImageStorage.AzureBlob;

public sealed partial class AzureBlobImageProvider
{
    private const int MaxInfosPerBatch = 200;

    // Besides the entries of the page: the last entry of the previous page, the first entry of the next page, the entry
    // that ends a tick, and some stale entries.
    private const int SpareEntries = 8;

    // An older entry without an image does not belong to a save in progress.
    private static readonly TimeSpan OrphanEntryAge = TimeSpan.FromMinutes(10);

    /// <inheritdoc/>
    public async Task<ImagePage> ListAsync(ImageQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        _store.Begin(cancellationToken);
        var position = ListPosition.From(query);
        var page = new PageBuilder(query);
        try
        {
            await (query.Order == ImageOrder.KeyAscending
                ? FillByKeyAsync(page, query, position, cancellationToken)
                : FillByTimeAsync(page, query, position, cancellationToken)).ConfigureAwait(false);
            return page.ToPage();
        }
        catch (Exception exception) when (AzureErrors.IsExpected(exception, cancellationToken))
        {
            throw AzureErrors.Translate(exception, "listing", null);
        }
    }

    /// <inheritdoc/>
    public async Task<StorageUsage> GetUsageAsync(CancellationToken cancellationToken = default)
    {
        _store.Begin(cancellationToken);
        long count = 0, bytes = 0, stored = 0;
        var unlisted = 0;
        try
        {
            await foreach (var image in InKeyOrderAsync(null, null, BlobListing.MaxPageSize, cancellationToken).ConfigureAwait(false))
            {
                (count, bytes, stored, unlisted) = image.Info is { } info ? (count + 1, bytes + info.Length, stored + info.StoredLength, unlisted) : (count, bytes, stored, unlisted + 1);
            }

            return new StorageUsage { Count = count, Bytes = bytes, StoredBytes = stored, Unlisted = unlisted };
        }
        catch (Exception exception) when (AzureErrors.IsExpected(exception, cancellationToken))
        {
            throw AzureErrors.Translate(exception, "measuring", null);
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<WalkedImage> WalkAsync(WalkOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        _store.Begin(cancellationToken);
        options ??= new WalkOptions();
        var position = options.After is { } after ? new ListPosition(ImageOrder.KeyAscending, DateTimeOffset.MinValue, after) : default(ListPosition?);
        var images = InKeyOrderAsync(options.Prefix, position, BlobListing.MaxPageSize, cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using var end = images.ConfigureAwait(false);
        while (await MoveNextAsync(images, cancellationToken).ConfigureAwait(false))
        {
            yield return options.Records ? images.Current : images.Current with { Info = null };
        }
    }

    private static async ValueTask<bool> MoveNextAsync(IAsyncEnumerator<WalkedImage> images, CancellationToken cancellationToken)
    {
        try
        {
            return await images.MoveNextAsync().ConfigureAwait(false);
        }
        catch (Exception exception) when (AzureErrors.IsExpected(exception, cancellationToken))
        {
            throw AzureErrors.Translate(exception, "listing", null);
        }
    }

    private async Task FillByKeyAsync(PageBuilder page, ImageQuery query, ListPosition? position, CancellationToken cancellationToken)
    {
        await foreach (var image in InKeyOrderAsync(query.Prefix, position, query.Limit + 2, cancellationToken).ConfigureAwait(false))
        {
            if (!page.Add(image))
            {
                return;
            }
        }
    }

    /// <summary>Returns the images in key order. A listing of blobs includes their records.</summary>
    private async IAsyncEnumerable<WalkedImage> InKeyOrderAsync(string? prefix, ListPosition? position, int pageSize, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var front = _store.Layout.Images + (prefix is null ? string.Empty : KeyNames.EncodePrefix(prefix));
        var from = position is { } start ? _store.Layout.OfImage(start.Key) : null;
        await foreach (var blobs in _store.ListAsync(front, from, pageSize, cancellationToken).ConfigureAwait(false))
        {
            foreach (var blob in blobs.Values)
            {
                if (_store.Layout.TryGetKey(blob.Name, out var key)
                    && (position is not { } after || after.Key < key)
                    && (prefix is null || key.Value.StartsWith(prefix, StringComparison.Ordinal)))
                {
                    yield return Listed(key, null, () => RecordEnvelope.Decode(key, blob.Metadata)).Image;
                }
            }
        }
    }

    private async Task FillByTimeAsync(PageBuilder page, ImageQuery query, ListPosition? position, CancellationToken cancellationToken)
    {
        // One image beyond the page, to know whether another page follows.
        var wanted = Math.Min(query.Limit + 1, MaxInfosPerBatch);
        var batch = new List<ListedEntry>(wanted);
        await foreach (var entry in _index.EnumerateAsync(query, position, query.Limit + SpareEntries, cancellationToken).ConfigureAwait(false))
        {
            if (query.Prefix is { } prefix && !entry.Entry.Key.Value.StartsWith(prefix, StringComparison.Ordinal))
            {
                continue;
            }

            batch.Add(entry);
            if (batch.Count == wanted)
            {
                if (!await AddAsync(page, batch, cancellationToken).ConfigureAwait(false))
                {
                    return;
                }

                batch.Clear();
            }
        }

        await AddAsync(page, batch, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Adds the images of some entries to a page, reading several at a time.</summary>
    /// <returns><see langword="false"/> when the page is full.</returns>
    private async Task<bool> AddAsync(PageBuilder page, List<ListedEntry> batch, CancellationToken cancellationToken)
    {
        var images = new WalkedImage?[batch.Count];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = _options.Concurrency, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, batch.Count, parallel, async (i, token) => images[i] = await FindListedAsync(batch[i], token).ConfigureAwait(false)).ConfigureAwait(false);
        foreach (var image in images)
        {
            if (image is not null && !page.Add(image))
            {
                return false;
            }
        }

        return true;
    }

    private async Task<WalkedImage?> FindListedAsync(ListedEntry listed, CancellationToken cancellationToken)
    {
        var key = listed.Entry.Key;
        var blob = _store.Blob(_store.Layout.OfImage(key));
        var response = await _store.ReadAsync(() => blob.GetPropertiesAsync(cancellationToken: cancellationToken)).ConfigureAwait(false);
        if (response is not null)
        {
            var (image, record) = Listed(key, listed.Entry.CreatedAt, () => RecordEnvelope.Decode(key, response.Value.Metadata));
            if (record is null || EntryOf(record) == listed.Entry)
            {
                return image;
            }
        }

        // An entry is never used again: the image of this entry is gone for good.
        if (listed.Age > OrphanEntryAge)
        {
            await TryRemoveAsync(listed.Entry).ConfigureAwait(false);
        }

        return null;
    }

    /// <summary>
    /// Returns a listed image with its record. A damaged image must not hide the others, so it is named as unlisted, and
    /// logged.
    /// </summary>
    private (WalkedImage Image, ImageRecord? Record) Listed(ImageKey key, DateTimeOffset? createdAt, Func<ImageRecord> read)
    {
        try
        {
            var record = read();
            return (WalkedImage.Of(record.Info), record);
        }
        catch (ImageStorageException exception) when (exception is ImageCorruptedException or StorageNotSupportedException)
        {
            Log.DamagedListed(_logger);
            Log.DamagedListedWith(_logger, key, exception);
            return (WalkedImage.Of(UnlistedImage.Of(key, exception, createdAt)), null);
        }
    }
}
