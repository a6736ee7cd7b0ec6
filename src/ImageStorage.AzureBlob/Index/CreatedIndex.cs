using System.Runtime.CompilerServices;
using Azure;
using Azure.Storage.Blobs.Models;
using ImageStorage.AzureBlob.Naming;
using ImageStorage.Providers;

namespace ImageStorage.AzureBlob.Index;

/// <summary>
/// The created index: an empty blob for each image, whose name holds the inverted creation time, so that the newest
/// entry is first. A listing compares each entry with its image, so an entry without an image is harmless.
/// </summary>
internal sealed class CreatedIndex(BlobStore store)
{
    // The distance to the next interval of older entries, as a multiple of the time span of a full response, and the
    // factor by which the distance grows while the response is still full.
    private const int Reach = 16;
    private const int ReachGrowth = 16;

    // A smaller page needs more requests; a larger page needs longer requests.
    private const int MinInterval = 250;

    /// <summary>Adds the entry of an image.</summary>
    public Task AddAsync(IndexEntry entry)
    {
        var upload = new BlobUploadOptions { Metadata = KeyText.MetadataOf(entry.Key) };
        return store.WriteAsync(() => store.Blob(NameOf(entry)).UploadAsync(new MemoryStream([], writable: false), upload, CancellationToken.None));
    }

    /// <summary>Removes the entry of an image.</summary>
    public Task RemoveAsync(IndexEntry entry) => store.Blob(NameOf(entry)).DeleteIfExistsAsync(DeleteSnapshotsOption.IncludeSnapshots, null, CancellationToken.None);

    /// <summary>Returns whether the index has an entry.</summary>
    public async Task<bool> ContainsAsync(IndexEntry entry, CancellationToken cancellationToken) =>
        await store.ReadAsync(() => store.Blob(NameOf(entry)).GetPropertiesAsync(cancellationToken: cancellationToken)).ConfigureAwait(false) is not null;

    /// <summary>Returns the entries in the range of a query, in the order of the query, read on demand.</summary>
    public IAsyncEnumerable<ListedEntry> EnumerateAsync(ImageQuery query, ListPosition? position, int pageSize, CancellationToken cancellationToken)
    {
        var minTicks = query.CreatedFrom?.UtcTicks ?? 0;
        var maxTicks = (query.CreatedBefore?.UtcTicks - 1) ?? DateTime.MaxValue.Ticks;
        return query.Order == ImageOrder.CreatedDescending
            ? NewestFirstAsync(minTicks, Math.Min(maxTicks, position?.CreatedAt.UtcTicks ?? maxTicks), position, pageSize, cancellationToken)
            : OldestFirstAsync(Math.Max(minTicks, position?.CreatedAt.UtcTicks ?? minTicks), maxTicks, position, pageSize, cancellationToken);
    }

    private string NameOf(IndexEntry entry) => store.Layout.OfEntry(entry.CreatedAt, entry.Key, entry.Id);

    private async IAsyncEnumerable<ListedEntry> NewestFirstAsync(long minTicks, long maxTicks, ListPosition? position, int pageSize, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Names do not order entries with the same time.
        var moment = new List<ListedEntry>();
        await foreach (var page in PagesAsync(maxTicks, pageSize, cancellationToken).ConfigureAwait(false))
        {
            foreach (var listed in Read(page))
            {
                if (moment.Count > 0 && moment[0].Entry.CreatedAt != listed.Entry.CreatedAt)
                {
                    foreach (var entry in InOrder(moment, position, descending: true))
                    {
                        yield return entry;
                    }

                    moment.Clear();
                }

                if (listed.Entry.CreatedAt.UtcTicks < minTicks)
                {
                    yield break;
                }

                moment.Add(listed);
            }
        }

        foreach (var entry in InOrder(moment, position, descending: true))
        {
            yield return entry;
        }
    }

    /// <summary>
    /// The service lists names in one direction only, newest first. The time is therefore split into intervals: an
    /// interval that fits into one response is reversed in memory; of a larger interval the older part is read first.
    /// Most responses only say where to split, so they are small.
    /// </summary>
    private async IAsyncEnumerable<ListedEntry> OldestFirstAsync(long minTicks, long maxTicks, ListPosition? position, int pageSize, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var intervals = new Stack<(long Min, long Max, long Reach)>([(minTicks, maxTicks, Reach)]);
        while (intervals.TryPop(out var interval))
        {
            if (interval.Min > interval.Max)
            {
                continue;
            }

            var (entries, isComplete) = await ReadIntervalAsync(interval.Min, interval.Max, Math.Clamp(pageSize, MinInterval, BlobListing.MaxPageSize), cancellationToken).ConfigureAwait(false);
            if (!isComplete)
            {
                // Everything newer than the last entry is in this response, so that interval will be complete later.
                var oldest = entries[^1].Entry.CreatedAt.UtcTicks;
                var length = Math.Max(entries[0].Entry.CreatedAt.UtcTicks - oldest, TimeSpan.TicksPerSecond);
                var back = length > oldest / interval.Reach ? 0 : oldest - (length * interval.Reach);
                var cut = Math.Max(Math.Max(back, interval.Min + ((oldest - interval.Min) / 2)), interval.Min + 1);
                intervals.Push((oldest + 1, interval.Max, Reach));
                intervals.Push((cut, oldest, Reach));
                intervals.Push((interval.Min, cut - 1, interval.Reach * ReachGrowth));
                continue;
            }

            foreach (var entry in InOrder(entries, position, descending: false))
            {
                yield return entry;
            }
        }
    }

    private async Task<(List<ListedEntry> Entries, bool IsComplete)> ReadIntervalAsync(long minTicks, long maxTicks, int size, CancellationToken cancellationToken)
    {
        var entries = new List<ListedEntry>();
        await foreach (var page in PagesAsync(maxTicks, size, cancellationToken).ConfigureAwait(false))
        {
            foreach (var listed in Read(page))
            {
                if (listed.Entry.CreatedAt.UtcTicks < minTicks)
                {
                    return (entries, true);
                }

                entries.Add(listed);
            }

            // One tick cannot be split, so all of its entries are read.
            if (minTicks < maxTicks && entries.Count >= size)
            {
                return (entries, page.ContinuationToken is not { Length: > 0 });
            }
        }

        return (entries, true);
    }

    private IAsyncEnumerable<Page<BlobItem>> PagesAsync(long maxTicks, int pageSize, CancellationToken cancellationToken) =>
        store.ListAsync(store.Layout.Created, maxTicks == DateTime.MaxValue.Ticks ? null : store.Layout.StartOfTime(maxTicks), pageSize, cancellationToken);

    private static IEnumerable<ListedEntry> InOrder(List<ListedEntry> entries, ListPosition? position, bool descending)
    {
        var wanted = entries.Where(listed => position is not { } after || after.IsBefore(listed.Entry.CreatedAt, listed.Entry.Key));
        return descending
            ? wanted.OrderByDescending(listed => listed.Entry.CreatedAt).ThenByDescending(listed => listed.Entry.Key)
            : wanted.OrderBy(listed => listed.Entry.CreatedAt).ThenBy(listed => listed.Entry.Key);
    }

    private IEnumerable<ListedEntry> Read(Page<BlobItem> page)
    {
        var now = page.GetRawResponse().Headers.Date ?? DateTimeOffset.MinValue;
        foreach (var blob in page.Values)
        {
            if (store.Layout.TryReadEntry(blob.Name, out var createdAt, out var id) && KeyText.TryRead(blob.Metadata, out var key))
            {
                yield return new ListedEntry(new IndexEntry(createdAt, key, id), now - (blob.Properties.LastModified ?? now));
            }
        }
    }
}
