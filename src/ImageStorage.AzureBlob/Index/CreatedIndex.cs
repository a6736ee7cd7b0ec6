using System.Runtime.CompilerServices;
using Azure;
using Azure.Storage.Blobs.Models;
using ImageStorage.AzureBlob.Naming;
using ImageStorage.Providers;

namespace ImageStorage.AzureBlob.Index;

/// <summary>
/// The images in the order of their creation: an empty blob for each, whose name holds the time, inverted so that the newest
/// comes first. An entry is compared with its image when it is listed, so one without an image does no harm.
/// </summary>
internal sealed class CreatedIndex(BlobStore store)
{
    // How far back to look for older entries than those of a full answer, in lengths of that answer; and by how much further where
    // there were still too many.
    private const int Reach = 16;
    private const int ReachGrowth = 16;

    // Fewer at once would take more requests, more at once longer ones.
    private const int LeastInterval = 250;

    /// <summary>Adds the entry of an image.</summary>
    public Task AddAsync(IndexEntry entry)
    {
        var upload = new BlobUploadOptions { Metadata = KeyText.MetadataOf(entry.Key) };
        return store.WriteAsync(() => store.Blob(NameOf(entry)).UploadAsync(new MemoryStream([], writable: false), upload, CancellationToken.None));
    }

    /// <summary>Removes the entry of an image.</summary>
    public Task RemoveAsync(IndexEntry entry) => store.Blob(NameOf(entry)).DeleteIfExistsAsync(DeleteSnapshotsOption.IncludeSnapshots, null, CancellationToken.None);

    /// <summary>Is there an entry for an image?</summary>
    public async Task<bool> ContainsAsync(IndexEntry entry, CancellationToken cancellationToken) =>
        await store.ReadAsync(() => store.Blob(NameOf(entry)).GetPropertiesAsync(cancellationToken: cancellationToken)).ConfigureAwait(false) is not null;

    /// <summary>The entries that a query may want, in its order, read as they are asked for.</summary>
    public IAsyncEnumerable<ListedEntry> EnumerateAsync(ImageQuery query, ListPosition? position, int pageSize, CancellationToken cancellationToken)
    {
        var least = query.CreatedFrom?.UtcTicks ?? 0;
        var most = (query.CreatedBefore?.UtcTicks - 1) ?? DateTime.MaxValue.Ticks;
        return query.Order == ImageOrder.CreatedDescending
            ? NewestFirstAsync(least, Math.Min(most, position?.CreatedAt.UtcTicks ?? most), position, pageSize, cancellationToken)
            : OldestFirstAsync(Math.Max(least, position?.CreatedAt.UtcTicks ?? least), most, position, pageSize, cancellationToken);
    }

    private string NameOf(IndexEntry entry) => store.Layout.OfEntry(entry.CreatedAt, entry.Key, entry.Id);

    private async IAsyncEnumerable<ListedEntry> NewestFirstAsync(long least, long most, ListPosition? position, int pageSize, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Entries of one moment are in no order of their own.
        var moment = new List<ListedEntry>();
        await foreach (var page in PagesAsync(most, pageSize, cancellationToken).ConfigureAwait(false))
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

                if (listed.Entry.CreatedAt.UtcTicks < least)
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
    /// The service lists names one way only, and the newest come first. So the time is cut: an interval whose entries come in one answer
    /// is turned round in memory; of a fuller one the older part is read first. Most answers only tell where to look, so they are small.
    /// </summary>
    private async IAsyncEnumerable<ListedEntry> OldestFirstAsync(long least, long most, ListPosition? position, int pageSize, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var intervals = new Stack<(long Least, long Most, long Reach)>([(least, most, Reach)]);
        while (intervals.TryPop(out var interval))
        {
            if (interval.Least > interval.Most)
            {
                continue;
            }

            var (entries, isWhole) = await ReadIntervalAsync(interval.Least, interval.Most, Math.Clamp(pageSize, LeastInterval, BlobListing.MostAtOnce), cancellationToken).ConfigureAwait(false);
            if (!isWhole)
            {
                // All that is newer than the last entry is in this answer, and will be whole when its turn comes.
                var oldest = entries[^1].Entry.CreatedAt.UtcTicks;
                var length = Math.Max(entries[0].Entry.CreatedAt.UtcTicks - oldest, TimeSpan.TicksPerSecond);
                var back = length > oldest / interval.Reach ? 0 : oldest - (length * interval.Reach);
                var cut = Math.Max(Math.Max(back, interval.Least + ((oldest - interval.Least) / 2)), interval.Least + 1);
                intervals.Push((oldest + 1, interval.Most, Reach));
                intervals.Push((cut, oldest, Reach));
                intervals.Push((interval.Least, cut - 1, interval.Reach * ReachGrowth));
                continue;
            }

            foreach (var entry in InOrder(entries, position, descending: false))
            {
                yield return entry;
            }
        }
    }

    private async Task<(List<ListedEntry> Entries, bool IsWhole)> ReadIntervalAsync(long least, long most, int size, CancellationToken cancellationToken)
    {
        var entries = new List<ListedEntry>();
        await foreach (var page in PagesAsync(most, size, cancellationToken).ConfigureAwait(false))
        {
            foreach (var listed in Read(page))
            {
                if (listed.Entry.CreatedAt.UtcTicks < least)
                {
                    return (entries, true);
                }

                entries.Add(listed);
            }

            // A moment cannot be cut, so all of it is read, however much that is.
            if (least < most && entries.Count >= size)
            {
                return (entries, page.ContinuationToken is not { Length: > 0 });
            }
        }

        return (entries, true);
    }

    private IAsyncEnumerable<Page<BlobItem>> PagesAsync(long most, int pageSize, CancellationToken cancellationToken) =>
        store.ListAsync(store.Layout.Created, most == DateTime.MaxValue.Ticks ? null : store.Layout.StartOfTime(most), pageSize, cancellationToken);

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
