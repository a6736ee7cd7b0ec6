using Azure;
using Azure.Storage.Blobs.Models;
using ImageStorage.AzureBlob.Errors;
using ImageStorage.AzureBlob.Naming;
using ImageStorage.AzureBlob.Records;
using Microsoft.Extensions.Logging;

namespace ImageStorage.AzureBlob.Payloads;

/// <summary>
/// Removes payloads that no image names, after the retention for open reads. A sweep entry exists before a payload may
/// become unused, so a sweep costs what there is to sweep, not the size of the store. A sweep continues after the entries
/// that the last sweep of any process has looked at, and starts again at the end, so entries that must stay delay the
/// others but never stop them.
/// </summary>
internal sealed class PayloadSweeper(BlobStore store, AzureBlobStorageOptions options, TimeProvider timeProvider, ILogger logger)
{
    /// <summary>The maximum number of entries per sweep whose images are looked up.</summary>
    public const int MaxChecksPerSweep = 32;

    private const int EntriesPerPage = 250;

    // A save commits its payload and then its record. No sweep may intervene, however short the retention is.
    private static readonly TimeSpan MinAge = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);

    // After a sweep that has left work.
    private static readonly TimeSpan ShortInterval = TimeSpan.FromSeconds(30);
    private readonly SweepPosition _position = new(store);
    private long _lastSwept = timeProvider.GetTimestamp();
    private volatile bool _hasMore;

    /// <summary>Writes a sweep entry: the image may stop naming the payload.</summary>
    public Task AddEntryAsync(Guid payload, ImageKey key)
    {
        var name = store.Layout.OfSweep(timeProvider.GetUtcNow(), payload);
        var upload = new BlobUploadOptions { Metadata = KeyText.MetadataOf(key) };
        return store.WriteAsync(() => store.Blob(name).UploadAsync(new MemoryStream([], writable: false), upload, CancellationToken.None));
    }

    /// <summary>
    /// Sweeps if the last sweep of this process is ten minutes old, or half a minute if that sweep has left work. A
    /// failure is logged, not thrown: the entries stay for the next sweep.
    /// </summary>
    public async Task SweepIfDueAsync()
    {
        var last = Interlocked.Read(ref _lastSwept);
        if (timeProvider.GetElapsedTime(last) < (_hasMore ? ShortInterval : Interval) || Interlocked.CompareExchange(ref _lastSwept, timeProvider.GetTimestamp(), last) != last)
        {
            return;
        }

        try
        {
            _hasMore = await SweepAsync(options.ReplacedContentRetention > MinAge ? options.ReplacedContentRetention : MinAge).ConfigureAwait(false);
        }
        catch (Exception exception) when (AzureErrors.IsExpected(exception, CancellationToken.None))
        {
            _hasMore = false;
            Log.RemovalFailed(logger, exception);
        }
    }

    /// <summary>
    /// Checks a page of sweep entries, and removes unused payloads of entries with a minimum age. A payload that a retained
    /// version names costs no request of its own.
    /// </summary>
    /// <returns><see langword="true"/> if the maximum of checks was reached.</returns>
    public async Task<bool> SweepAsync(TimeSpan age)
    {
        var position = await _position.ReadAsync().ConfigureAwait(false);
        await foreach (var page in store.ListAsync(store.Layout.Sweep, position is null ? null : position + SweepPosition.After, EntriesPerPage, CancellationToken.None).ConfigureAwait(false))
        {
            // Both times are from the clock of the service.
            var now = page.GetRawResponse().Headers.Date ?? DateTimeOffset.MinValue;
            var old = page.Values.Where(entry => now - entry.Properties.LastModified >= age).ToList();
            var entries = await NotRetainedAsync([.. old.Select(Read).OfType<SweepEntry>()]).ConfigureAwait(false);
            var hasMore = entries.Count > MaxChecksPerSweep;

            // Entries are in the order of time, so the entries after a page of young ones are young, too.
            var next = hasMore ? entries[MaxChecksPerSweep - 1].Name : string.IsNullOrEmpty(page.ContinuationToken) || old.Count == 0 ? null : page.Values[^1].Name;
            await CheckAsync(entries.Take(MaxChecksPerSweep), next).ConfigureAwait(false);
            return hasMore;
        }

        await _position.WriteAsync(null).ConfigureAwait(false);
        return false;
    }

    /// <summary>Removes the entries of named payloads, and unused payloads. Then the next sweep starts after a position.</summary>
    private async Task CheckAsync(IEnumerable<SweepEntry> entries, string? next)
    {
        var current = default(SweepEntry);
        try
        {
            var unused = new List<SweepEntry>();
            foreach (var entry in entries)
            {
                current = entry;
                switch (await IsNamedAsync(entry.Payload, entry.Key).ConfigureAwait(false))
                {
                    case true:
                        await DeleteAsync(entry.Name).ConfigureAwait(false);
                        break;
                    case false:
                        unused.Add(entry);
                        break;
                    default:
                        // The entry stays until the image can be read.
                        break;
                }
            }

            // Listed again: a version may have been restored, and then dropped, since the first listing.
            foreach (var entry in await NotRetainedAsync(unused).ConfigureAwait(false))
            {
                current = entry;
                if (await IsNamedAsync(entry.Payload, entry.Key).ConfigureAwait(false) is false)
                {
                    await DeleteAsync(store.Layout.OfPayload(entry.Payload)).ConfigureAwait(false);
                    await DeleteAsync(entry.Name).ConfigureAwait(false);
                }
            }
        }
        catch (RequestFailedException exception) when (exception.Status is >= 400 and < 500 && current.Name is not null)
        {
            // The service refuses a request for this entry, perhaps for good: a lease, a legal hold. The others follow.
            await _position.WriteAsync(current.Name).ConfigureAwait(false);
            throw;
        }

        await _position.WriteAsync(next).ConfigureAwait(false);
    }

    private async Task DeleteAsync(string name) =>
        await store.Blob(name).DeleteIfExistsAsync(DeleteSnapshotsOption.IncludeSnapshots, null, CancellationToken.None).ConfigureAwait(false);

    /// <summary>
    /// Returns whether an image names a payload; <see langword="null"/> if the record cannot be read, and may name any
    /// payload.
    /// </summary>
    public async Task<bool?> IsNamedAsync(Guid payload, ImageKey key)
    {
        var image = await store.ReadAsync(() => store.Blob(store.Layout.OfImage(key)).GetPropertiesAsync(cancellationToken: CancellationToken.None)).ConfigureAwait(false);
        try
        {
            return image is not null && RecordEnvelope.Decode(key, image.Value.Metadata).Payload == payload;
        }
        catch (ImageStorage.ImageStorageException exception)
        {
            Log.RemovalFailed(logger, exception);
            return null;
        }
    }

    /// <summary>
    /// Returns the entries whose payloads no retained version names. A retained version whose record cannot be read may name
    /// any payload of its image; if the image is unknown too, any payload.
    /// </summary>
    private async Task<List<SweepEntry>> NotRetainedAsync(List<SweepEntry> entries)
    {
        if (entries.Count == 0)
        {
            return entries;
        }

        await foreach (var page in store.ListAsync(store.Layout.Retained, null, BlobListing.MaxPageSize, CancellationToken.None).ConfigureAwait(false))
        {
            foreach (var metadata in page.Values.Select(blob => blob.Metadata))
            {
                if (RecordEnvelope.TryReadPayload(metadata, out var named))
                {
                    _ = named is { } payload && entries.RemoveAll(entry => entry.Payload == payload) > 0;
                }
                else if (RetainedKey.TryRead(metadata, out var key))
                {
                    entries.RemoveAll(entry => entry.Key == key);
                }
                else
                {
                    return [];
                }
            }
        }

        return entries;
    }

    private SweepEntry? Read(BlobItem entry) =>
        entry.Name.Length == store.Layout.Sweep.Length + 49
        && Guid.TryParseExact(entry.Name.AsSpan(store.Layout.Sweep.Length + 17), "n", out var payload)
        && KeyText.TryRead(entry.Metadata, out var key)
            ? new SweepEntry(entry.Name, payload, key)
            : null;

    private readonly record struct SweepEntry(string Name, Guid Payload, ImageKey Key);
}
