using Azure.Storage.Blobs.Models;
using ImageStorage.AzureBlob.Errors;
using ImageStorage.AzureBlob.Naming;
using ImageStorage.AzureBlob.Records;
using Microsoft.Extensions.Logging;

namespace ImageStorage.AzureBlob.Payloads;

/// <summary>
/// Removes payloads that no image names any more, some time after they were left: readers may still be at them. Each payload
/// that may come to nothing is noted beforehand, so sweeping costs what there is to sweep, not what there is.
/// </summary>
internal sealed class PayloadSweeper(BlobStore store, AzureBlobStorageOptions options, TimeProvider timeProvider, ILogger logger)
{
    private const int MostAtOnce = 32;

    // A save commits its payload and then its record; nothing may come in between, however little retention is asked for.
    private static readonly TimeSpan LeastAge = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);
    private long _lastSwept = timeProvider.GetTimestamp();

    /// <summary>Makes a note that a payload may be left by its image.</summary>
    public Task NoteAsync(Guid payload, ImageKey key)
    {
        var name = store.Layout.OfSweep(timeProvider.GetUtcNow(), payload);
        var upload = new BlobUploadOptions { Metadata = KeyText.MetadataOf(key) };
        return store.WriteAsync(() => store.Blob(name).UploadAsync(new MemoryStream([], writable: false), upload, CancellationToken.None));
    }

    /// <summary>Sweeps, if that was not done for ten minutes. A failure is logged and not thrown: the notes stay for the next time.</summary>
    public async Task SweepIfDueAsync()
    {
        var last = Interlocked.Read(ref _lastSwept);
        if (timeProvider.GetElapsedTime(last) < Interval || Interlocked.CompareExchange(ref _lastSwept, timeProvider.GetTimestamp(), last) != last)
        {
            return;
        }

        try
        {
            await SweepAsync(options.ReplacedContentRetention > LeastAge ? options.ReplacedContentRetention : LeastAge).ConfigureAwait(false);
        }
        catch (Exception exception) when (AzureErrors.IsExpected(exception, CancellationToken.None))
        {
            Log.LeftOver(logger, exception);
        }
    }

    /// <summary>Looks at the oldest notes, and removes the payloads of those that are older than this and that no image names.</summary>
    public async Task SweepAsync(TimeSpan age)
    {
        var listing = new GetBlobsOptions { Prefix = store.Layout.Sweep, Traits = BlobTraits.Metadata };
        await foreach (var page in store.Container.GetBlobsAsync(listing, CancellationToken.None).AsPages(pageSizeHint: MostAtOnce).ConfigureAwait(false))
        {
            // Both times are the service's.
            var now = page.GetRawResponse().Headers.Date ?? DateTimeOffset.MinValue;
            foreach (var note in page.Values)
            {
                if (now - note.Properties.LastModified >= age && TryRead(note, out var payload, out var key))
                {
                    await SweepAsync(note.Name, payload, key).ConfigureAwait(false);
                }
            }

            return;
        }
    }

    private async Task SweepAsync(string note, Guid payload, ImageKey key)
    {
        if (!await IsNamedAsync(payload, key).ConfigureAwait(false))
        {
            if (await IsKeptAsync(payload).ConfigureAwait(false))
            {
                // A transaction may put it back. The note stays for the time when it is decided.
                return;
            }

            await store.Blob(store.Layout.OfPayload(payload)).DeleteIfExistsAsync(DeleteSnapshotsOption.IncludeSnapshots, null, CancellationToken.None).ConfigureAwait(false);
        }

        await store.Blob(note).DeleteIfExistsAsync(DeleteSnapshotsOption.IncludeSnapshots, null, CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>Does the image of this key name this payload?</summary>
    public async Task<bool> IsNamedAsync(Guid payload, ImageKey key)
    {
        var image = await store.ReadAsync(() => store.Blob(store.Layout.OfImage(key)).GetPropertiesAsync(cancellationToken: CancellationToken.None)).ConfigureAwait(false);
        try
        {
            return image is not null && RecordCodec.Decode(key, image.Value.Metadata).Payload == payload;
        }
        catch (ImageStorage.ImageStorageException exception)
        {
            // What a damaged record named, nobody knows; better keep too much.
            Log.LeftOver(logger, exception);
            return true;
        }
    }

    /// <summary>Does a kept version name this payload? There are few, and mostly none.</summary>
    public async Task<bool> IsKeptAsync(Guid payload)
    {
        var listing = new GetBlobsOptions { Prefix = store.Layout.Kept, Traits = BlobTraits.Metadata };
        await foreach (var blob in store.Container.GetBlobsAsync(listing, CancellationToken.None).ConfigureAwait(false))
        {
            // The key of a kept version is in its record; one that cannot be read may name anything.
            if (!RecordCodec.TryReadPayload(blob.Metadata, out var named) || named == payload)
            {
                return true;
            }
        }

        return false;
    }

    private bool TryRead(BlobItem note, out Guid payload, out ImageKey key)
    {
        payload = default;
        key = default;
        return note.Name.Length == store.Layout.Sweep.Length + 49
            && Guid.TryParseExact(note.Name.AsSpan(store.Layout.Sweep.Length + 17), "n", out payload)
            && KeyText.TryRead(note.Metadata, out key);
    }
}
