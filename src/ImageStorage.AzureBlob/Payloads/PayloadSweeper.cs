using Azure.Storage.Blobs.Models;
using ImageStorage.AzureBlob.Errors;
using ImageStorage.AzureBlob.Naming;
using ImageStorage.AzureBlob.Records;
using Microsoft.Extensions.Logging;

namespace ImageStorage.AzureBlob.Payloads;

/// <summary>
/// Removes payloads that no image names, after the retention for open reads. A sweep entry exists before a payload may
/// become unused, so a sweep costs what there is to sweep, not the size of the store.
/// </summary>
internal sealed class PayloadSweeper(BlobStore store, AzureBlobStorageOptions options, TimeProvider timeProvider, ILogger logger)
{
    private const int MaxEntriesPerSweep = 32;

    // A save commits its payload and then its record. No sweep may intervene, however short the retention is.
    private static readonly TimeSpan MinAge = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);
    private long _lastSwept = timeProvider.GetTimestamp();

    /// <summary>Writes a sweep entry: the image may stop naming the payload.</summary>
    public Task AddEntryAsync(Guid payload, ImageKey key)
    {
        var name = store.Layout.OfSweep(timeProvider.GetUtcNow(), payload);
        var upload = new BlobUploadOptions { Metadata = KeyText.MetadataOf(key) };
        return store.WriteAsync(() => store.Blob(name).UploadAsync(new MemoryStream([], writable: false), upload, CancellationToken.None));
    }

    /// <summary>
    /// Sweeps if the last sweep is ten minutes old. A failure is logged, not thrown: the entries stay for the next
    /// sweep.
    /// </summary>
    public async Task SweepIfDueAsync()
    {
        var last = Interlocked.Read(ref _lastSwept);
        if (timeProvider.GetElapsedTime(last) < Interval || Interlocked.CompareExchange(ref _lastSwept, timeProvider.GetTimestamp(), last) != last)
        {
            return;
        }

        try
        {
            await SweepAsync(options.ReplacedContentRetention > MinAge ? options.ReplacedContentRetention : MinAge).ConfigureAwait(false);
        }
        catch (Exception exception) when (AzureErrors.IsExpected(exception, CancellationToken.None))
        {
            Log.RemovalFailed(logger, exception);
        }
    }

    /// <summary>Checks the oldest sweep entries, and removes unused payloads of entries with a minimum age.</summary>
    public async Task SweepAsync(TimeSpan age)
    {
        var listing = new GetBlobsOptions { Prefix = store.Layout.Sweep, Traits = BlobTraits.Metadata };
        await foreach (var page in store.Container.GetBlobsAsync(listing, CancellationToken.None).AsPages(pageSizeHint: MaxEntriesPerSweep).ConfigureAwait(false))
        {
            // Both times are from the clock of the service.
            var now = page.GetRawResponse().Headers.Date ?? DateTimeOffset.MinValue;
            var unused = new List<(string Entry, Guid Payload, ImageKey Key)>();
            foreach (var entry in page.Values)
            {
                if (now - entry.Properties.LastModified >= age && TryRead(entry, out var payload, out var key))
                {
                    switch (await IsNamedAsync(payload, key).ConfigureAwait(false))
                    {
                        case true:
                            await DeleteAsync(entry.Name).ConfigureAwait(false);
                            break;
                        case false:
                            unused.Add((entry.Name, payload, key));
                            break;
                        default:
                            // The entry stays until the image can be read.
                            break;
                    }
                }
            }

            await RemoveAsync(unused).ConfigureAwait(false);
            return;
        }
    }

    /// <summary>
    /// Removes payloads that no image names, except those of retained versions, whose entries stay until the owner drops
    /// the version. One listing of the retained versions serves all entries.
    /// </summary>
    private async Task RemoveAsync(List<(string Entry, Guid Payload, ImageKey Key)> unused)
    {
        if (unused.Count == 0 || await RetainedPayloadsAsync().ConfigureAwait(false) is not { } retained)
        {
            return;
        }

        foreach (var (entry, payload, key) in unused)
        {
            // The version may have been restored, and then dropped, before the retained versions were listed.
            if (!retained.Contains(payload) && await IsNamedAsync(payload, key).ConfigureAwait(false) is false)
            {
                await DeleteAsync(store.Layout.OfPayload(payload)).ConfigureAwait(false);
                await DeleteAsync(entry).ConfigureAwait(false);
            }
        }
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
    /// Returns the payloads that retained versions name; <see langword="null"/> if a record cannot be read, and may name
    /// any payload.
    /// </summary>
    private async Task<HashSet<Guid>?> RetainedPayloadsAsync()
    {
        var payloads = new HashSet<Guid>();
        var listing = new GetBlobsOptions { Prefix = store.Layout.Retained, Traits = BlobTraits.Metadata };
        await foreach (var blob in store.Container.GetBlobsAsync(listing, CancellationToken.None).ConfigureAwait(false))
        {
            if (!RecordEnvelope.TryReadPayload(blob.Metadata, out var named))
            {
                return null;
            }

            if (named is { } payload)
            {
                payloads.Add(payload);
            }
        }

        return payloads;
    }

    private bool TryRead(BlobItem entry, out Guid payload, out ImageKey key)
    {
        payload = default;
        key = default;
        return entry.Name.Length == store.Layout.Sweep.Length + 49
            && Guid.TryParseExact(entry.Name.AsSpan(store.Layout.Sweep.Length + 17), "n", out payload)
            && KeyText.TryRead(entry.Metadata, out key);
    }
}
