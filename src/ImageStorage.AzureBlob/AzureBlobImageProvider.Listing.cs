using ImageStorage.AzureBlob.Errors;
using ImageStorage.AzureBlob.Index;
using ImageStorage.AzureBlob.Naming;
using ImageStorage.AzureBlob.Records;
using ImageStorage.Providers;

namespace ImageStorage.AzureBlob;

public sealed partial class AzureBlobImageProvider
{
    private const int MostInfosAtOnce = 200;

    // Beside those of the page: the last one of the page before, the one behind this page, the one that tells that a moment
    // is over, and a few that may be stale.
    private const int SpareEntries = 8;

    // An entry without an image that has been there for longer belongs to no save under way, but to one that died.
    private static readonly TimeSpan LeftOverAge = TimeSpan.FromMinutes(10);

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
        long count = 0, bytes = 0;
        try
        {
            await foreach (var info in InKeyOrderAsync(null, null, BlobListing.MostAtOnce, cancellationToken).ConfigureAwait(false))
            {
                count++;
                bytes += info.Length;
            }

            return new StorageUsage(count, bytes, null);
        }
        catch (Exception exception) when (AzureErrors.IsExpected(exception, cancellationToken))
        {
            throw AzureErrors.Translate(exception, "measuring", null);
        }
    }

    private async Task FillByKeyAsync(PageBuilder page, ImageQuery query, ListPosition? position, CancellationToken cancellationToken)
    {
        await foreach (var info in InKeyOrderAsync(query.Prefix, position, query.Limit + 2, cancellationToken).ConfigureAwait(false))
        {
            if (!page.Add(info))
            {
                return;
            }
        }
    }

    /// <summary>The images by key: a listing of blobs brings their records along.</summary>
    private async IAsyncEnumerable<ImageInfo> InKeyOrderAsync(string? prefix, ListPosition? position, int pageSize, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var front = _store.Layout.Images + (prefix is null ? string.Empty : KeyNames.EncodePrefix(prefix));
        var from = position is { } behind ? _store.Layout.OfImage(behind.Key) : null;
        await foreach (var blobs in _store.ListAsync(front, from, pageSize, cancellationToken).ConfigureAwait(false))
        {
            foreach (var blob in blobs.Values)
            {
                if (_store.Layout.TryGetKey(blob.Name, out var key)
                    && (position is not { } after || after.Key < key)
                    && (prefix is null || key.Value.StartsWith(prefix, StringComparison.Ordinal))
                    && Listed(key, () => RecordCodec.Decode(key, blob.Metadata)) is { } record)
                {
                    yield return record.Info;
                }
            }
        }
    }

    private async Task FillByTimeAsync(PageBuilder page, ImageQuery query, ListPosition? position, CancellationToken cancellationToken)
    {
        // One more than the page holds tells whether there is another page.
        var wanted = Math.Min(query.Limit + 1, MostInfosAtOnce);
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

    /// <summary>Looks at the images of some entries, several at a time; false when the page is full.</summary>
    private async Task<bool> AddAsync(PageBuilder page, List<ListedEntry> batch, CancellationToken cancellationToken)
    {
        var infos = new ImageInfo?[batch.Count];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = _options.Concurrency, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, batch.Count, parallel, async (i, token) => infos[i] = await FindListedAsync(batch[i], token).ConfigureAwait(false)).ConfigureAwait(false);
        foreach (var info in infos)
        {
            if (info is not null && !page.Add(info))
            {
                return false;
            }
        }

        return true;
    }

    private async Task<ImageInfo?> FindListedAsync(ListedEntry listed, CancellationToken cancellationToken)
    {
        var key = listed.Entry.Key;
        var blob = _store.Blob(_store.Layout.OfImage(key));
        var response = await _store.ReadAsync(() => blob.GetPropertiesAsync(cancellationToken: cancellationToken)).ConfigureAwait(false);
        var record = response is null ? null : Listed(key, () => RecordCodec.Decode(key, response.Value.Metadata));
        if (record is not null && EntryOf(record) == listed.Entry)
        {
            return record.Info;
        }

        // An entry is never used again, so that what it once belonged to is gone for good. A damaged image may be mended.
        var isLeftOver = response is null || record is not null;
        if (isLeftOver && listed.Age > LeftOverAge)
        {
            await TryRemoveAsync(listed.Entry).ConfigureAwait(false);
        }

        return null;
    }

    /// <summary>The record of an image met by a listing. One damaged image must not hide all others: it is left out, and reported.</summary>
    private ImageRecord? Listed(ImageKey key, Func<ImageRecord> read)
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (exception is ImageCorruptedException or StorageNotSupportedException)
        {
            Log.DamagedListed(_logger);
            Log.DamagedListedWith(_logger, key, exception);
            return null;
        }
    }
}
